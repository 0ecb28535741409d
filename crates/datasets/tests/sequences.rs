#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use filmlens_datasets::demo;
use filmlens_datasets::generate::demo_users::DemoUsers;
use filmlens_datasets::generate::{write_films, write_ratings};
use filmlens_datasets::sequences::{
    Case, Interactions, SequenceData, Split, TimeBoundaries, VALIDATION_SEED, Vocabulary, by_time,
    draw_validation_users, leave_one_out, popularity, validation_on_everyone, write_sequences,
};
use filmlens_datasets::{Error, Rejection};
use proptest::prelude::*;

const NO_LINE_END: &str =
    "has no line break at its end: the file may be cut off; if it is whole, add the line break";

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn read(files: &[(&str, &[u8])]) -> Result<SequenceData, Error> {
    SequenceData::read(folder(files).path())
}

/// The problems as people read them.
fn problems(files: &[(&str, &[u8])]) -> Vec<String> {
    match read(files) {
        Err(Error::BadSequences(problems)) => problems.first().iter().map(Rejection::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

/// Development data that lies beside the repository, where there is any.
fn shared(name: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !shared.is_dir() {
        // Not eprintln!, which is shown for tests that fail alone.
        let note = format!("SKIPPED: ../shared is absent, so {name} was not tested\n");
        std::io::stderr().write_all(note.as_bytes()).unwrap();
        return None;
    }
    Some(shared.join("data").join(name))
}

mod plain {
    use super::*;

    #[test]
    fn a_line_is_a_users_history() {
        let data =
            read(&[("sequences.txt", b"3 1 2\r\n 2\t5  1 \n4 4 4\n"), ("validation_users.txt", b"3\n1\n")])
                .unwrap();
        let histories: Vec<&[u32]> = data.interactions.histories().collect();
        assert_eq!(histories, [&[3, 1, 2][..], &[2, 5, 1], &[4, 4, 4]]);
        assert_eq!((data.interactions.item_count(), data.interactions.len()), (5, 9));
        assert_eq!(data.interactions.user_id(2), 3);
        assert!(data.interactions.times(0).is_none());
        assert_eq!(data.validation_users, Some(vec![2, 0]));
        assert_eq!(data.vocabulary, Vocabulary::identity(5));
        assert!(data.facts.is_none() && data.split.is_none());
    }

    #[test]
    fn what_is_wrong_is_named_with_file_and_line() {
        let found = problems(&[
            ("sequences.txt", b"1 2 3\n1 0 3\n\n4 -2 5\n1 two 3\n1 99999999999 3\n7 \xff 8\n1 2.5\n+1\n"),
            ("validation_users.txt", b"1\n1\n9\n10\n\nx\n"),
        ]);
        assert_eq!(
            found,
            [
                "sequences.txt:2: has item 0, which is not between 1 and 16777216",
                "sequences.txt:3: is an empty history",
                "sequences.txt:4: has item -2, which is not between 1 and 16777216",
                "sequences.txt:5: has \"two\" where a number should be",
                "sequences.txt:6: has item 99999999999, which is not between 1 and 16777216",
                "sequences.txt:7: is not UTF-8 text",
                "sequences.txt:8: has \"2.5\" where a number should be",
                "sequences.txt:9: has \"+1\" where a number should be",
                "validation_users.txt:2: has user 1, as line 1 has",
                "validation_users.txt:4: has user 10, which is not between 1 and 9",
            ]
        );
    }

    #[test]
    fn a_file_that_is_cut_in_its_last_line_is_refused() {
        let (sequences, users) = ("1 2 3\n14 15 16\r\n", "1\n2\n");
        for length in sequences.find('\n').unwrap() + 2..sequences.len() {
            let found = problems(&[("sequences.txt", &sequences.as_bytes()[..length])]);
            assert_eq!(found, [format!("sequences.txt:2: {NO_LINE_END}")], "cut at {length}");
        }
        let found = problems(&[("sequences.txt", b"1 2 3"), ("validation_users.txt", b"1")]);
        assert_eq!(
            found,
            [format!("sequences.txt:1: {NO_LINE_END}"), format!("validation_users.txt:1: {NO_LINE_END}")]
        );
        let whole = [("sequences.txt", sequences.as_bytes()), ("validation_users.txt", users.as_bytes())];
        assert_eq!(read(&whole).unwrap().interactions.history(1), [14, 15, 16]);
    }

    #[test]
    fn an_item_number_far_beyond_the_others_is_refused() {
        let mistyped = b"1 2 3\n4 16777216 1\n2 16777216\n";
        let reason = "has item 16777216, but only 5 different items occur; number them without large gaps, or \
            state the number of items in dataset_stats.json";
        assert_eq!(problems(&[("sequences.txt", mistyped)]), [format!("sequences.txt:2: {reason}")]);

        let stated = |items: u32| {
            let statistics = format!("{{\"num_users\": 3, \"num_items\": {items}, \"num_interactions\": 8}}");
            read(&[("sequences.txt", mistyped), ("dataset_stats.json", statistics.as_bytes())])
        };
        let data = stated(16_777_216).unwrap();
        assert_eq!((data.interactions.item_count(), data.vocabulary.item_count()), (1 << 24, 1 << 24));
        assert_eq!(data.files[1].name, "dataset_stats.json");
        assert_eq!(
            stated(5).unwrap_err().to_string(),
            "dataset_stats.json says that there are 5 items, but 16777216 were found"
        );
    }

    #[test]
    fn ten_problems_are_listed_and_all_are_counted() {
        let Err(error) = read(&[("sequences.txt", "0\n".repeat(25).as_bytes())]) else { panic!() };
        let text = error.to_string();
        assert!(text.starts_with("the data has 25 problems, of which the first 10 are:\n"), "{text}");
        assert_eq!(text.lines().count(), 11);
    }

    #[test]
    fn empty_files_are_refused() {
        assert!(matches!(read(&[("sequences.txt", b"")]), Err(Error::Empty { .. })));
        let empty = read(&[("sequences.txt", b"1 2\n"), ("validation_users.txt", b"")]);
        assert!(matches!(empty, Err(Error::Empty { file }) if file == "validation_users.txt"));
    }

    #[test]
    fn a_folder_without_histories_says_what_was_looked_for() {
        let error = read(&[("movies.csv", b"")]).unwrap_err().to_string();
        for name in ["sequences.txt", "ratings.csv", "ratings.dat", "train/input.txt", "output.txt"] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn the_fingerprint_follows_every_file() {
        let one = read(&[("sequences.txt", b"1 2 3\n"), ("validation_users.txt", b"1\n")]).unwrap();
        let same = read(&[("sequences.txt", b"1 2 3\n"), ("validation_users.txt", b"1\n")]).unwrap();
        assert_eq!(one.fingerprint, same.fingerprint);
        // sha256sum sequences.txt validation_users.txt | sha256sum
        assert_eq!(one.fingerprint, "f000a90ef60f45f542e3ad89d58a22d57323406168af80812c0075f270fc15d1");
        for other in [
            read(&[("sequences.txt", b"1 2 3\n")]),
            read(&[("sequences.txt", b"1 2 4\n"), ("validation_users.txt", b"1\n")]),
            read(&[("sequences.txt", b"1 2 3\n1\n"), ("validation_users.txt", b"2\n")]),
        ] {
            assert_ne!(one.fingerprint, other.unwrap().fingerprint);
        }
    }
}

mod movielens {
    use super::*;

    const MOVIES: &[u8] = b"movieId,title,genres\n10,A (1995),Drama|Comedy\n20,B (1950),Drama\n\
        30,C,(no genres listed)\n99,D (2001),Western\nx,E,Drama\n";

    #[test]
    fn ratings_are_put_in_order_and_numbered_by_first_appearance() {
        // User 7 stands in two places, before user 2, and has two ratings of the same second.
        let ratings = b"userId,movieId,rating,timestamp\n\
            7,30,4.0,50\n7,20,4.0,40\n7,10,4.0,40\n\
            2,20,5.0,9\n2,30,3.0,8\n2,40,3.0,7\n2,50,3.0,6\n2,60,3.0,5\n\
            4,70,3.0,1\n4,80,3.0,1\n4,90,3.0,1\n4,10,3.0,1\n\
            7,60,0.5,10\n7,95,0.5,60\n";
        let data = read(&[("ratings.csv", ratings), ("movies.csv", MOVIES)]).unwrap();
        let interactions = &data.interactions;
        let histories: Vec<&[u32]> = interactions.histories().collect();
        assert_eq!(histories, [&[1, 2, 3, 4, 5][..], &[1, 5, 6, 4, 7]]);
        assert_eq!(data.vocabulary.ids().collect::<Vec<_>>(), [60, 50, 40, 30, 20, 10, 95]);
        assert_eq!(interactions.times(1), Some(&[10, 40, 40, 50, 60][..]));
        assert_eq!((interactions.user_id(0), interactions.user_id(1)), (2, 7));
        assert_eq!((interactions.item_count(), data.users_left_out), (7, 1));

        let facts = data.facts.unwrap();
        assert_eq!(facts.genre_names(), ["Comedy", "Drama"]);
        let item = |id| data.vocabulary.find_item(id).unwrap();
        assert_eq!((facts.genres(item(10)), facts.year(item(10))), (&[0, 1][..], Some(1995)));
        assert_eq!((facts.genres(item(20)), facts.year(item(20))), (&[1][..], Some(1950)));
        assert_eq!((facts.genres(item(30)), facts.year(item(30))), (&[][..], None));
        for unknown in [0, item(95), 8, u32::MAX] {
            assert_eq!((facts.genres(unknown), facts.year(unknown)), (&[][..], None));
        }
        let rejected: Vec<String> = data.rejections.iter().map(Rejection::to_string).collect();
        assert_eq!(rejected, ["movies.csv:6: movieId must be a positive whole number, not \"x\""]);
        let names: Vec<&str> = data.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["ratings.csv", "movies.csv"]);
    }

    #[test]
    fn the_1m_set_is_read_too() {
        let data = read(&[
            ("ratings.dat", b"1::5::5::30\n1::6::5::20\n1::7::5::10\n1::8::5::40\n1::9::5::50\n"),
            ("movies.dat", b"7::Mis\xe9rables, Les (1995)::Drama|Children's\n"),
        ])
        .unwrap();
        assert_eq!(data.vocabulary.ids().collect::<Vec<_>>(), [7, 6, 5, 8, 9]);
        assert_eq!(data.facts.unwrap().genre_names(), ["Children", "Drama"]);
    }

    #[test]
    fn rows_that_cannot_be_used_are_listed() {
        let found = problems(&[(
            "ratings.csv",
            b"userId,movieId,rating,timestamp\n1,1,4.0,5\n0,1,4.0,5\n1,-1,4.0,5\n1,1,9,5\n1,1,4.0,soon\n1,1\n\xff,1,4.0,5\n1,99999999999,4.0,5\n",
        )]);
        assert_eq!(
            found,
            [
                "ratings.csv:3: userId must be a positive whole number, not \"0\"",
                "ratings.csv:4: movieId must be a positive whole number, not \"-1\"",
                "ratings.csv:5: rating must be between 0.5 and 5",
                "ratings.csv:6: timestamp must be a whole number, not \"soon\"",
                "ratings.csv:7: has 2 fields instead of 4",
                "ratings.csv:8: is not UTF-8 text",
                "ratings.csv:9: movieId must be a positive whole number, not \"99999999999\"",
            ]
        );
        let cut = read(&[("ratings.csv", b"userId,movieId,rating,timestamp\n1,1,4.0,5\n1,2,4")]);
        assert!(matches!(cut, Err(Error::CutOff { line: 3, .. })));
        let marked = b"\xef\xbb\xbfuserId,movieId,rating,timestamp\n1,1,9,5\n";
        assert_eq!(problems(&[("ratings.csv", marked)]), ["ratings.csv:2: rating must be between 0.5 and 5"]);
        let short = read(&[("ratings.csv", b"1,1,4.0,5\n1,2,4.0,6\n")]);
        assert_eq!(
            short.unwrap_err().to_string(),
            "ratings.csv leaves nobody: all of its users have fewer than 5 interactions"
        );
        let empty = read(&[("ratings.csv", b"userId,movieId,rating,timestamp\n")]);
        assert!(matches!(empty, Err(Error::Empty { .. })));
    }

    #[test]
    fn a_last_row_without_its_end_is_refused() {
        let ratings =
            b"userId,movieId,rating,timestamp\n1,1,4.0,50\n1,2,4.0,60\n1,3,4.0,70\n1,4,4.0,80\n1,5,4.0,90\n";
        assert_eq!(read(&[("ratings.csv", ratings)]).unwrap().interactions.times(0).unwrap()[4], 90);
        // A timestamp of 9 would put the film before all others.
        for cut in 1..=2 {
            let found = problems(&[("ratings.csv", &ratings[..ratings.len() - cut])]);
            assert_eq!(found, [format!("ratings.csv:6: {NO_LINE_END}")]);
        }
    }

    #[test]
    fn demo_users_are_read() {
        let target = tempfile::tempdir().unwrap();
        let films = demo::films().unwrap();
        let films = films.iter().map(|demo| &demo.film);
        write_films(target.path(), films.clone().cloned()).unwrap();
        let ratings: Vec<_> = DemoUsers::new(films, 1).ratings(40).collect();
        write_ratings(target.path(), ratings.iter().copied(), || {}).unwrap();

        let data = SequenceData::read(target.path()).unwrap();
        assert_eq!((data.interactions.user_count(), data.interactions.len()), (40, ratings.len()));
        let mut written = ratings.iter();
        for (user, history) in data.interactions.histories().enumerate() {
            for (item, time) in history.iter().zip(data.interactions.times(user).unwrap()) {
                let rating = written.next().unwrap();
                assert_eq!(data.interactions.user_id(user), i64::from(rating.user));
                assert_eq!(data.vocabulary.find_id(*item), Some(rating.film.get().into()));
                assert_eq!(*time, rating.timestamp);
            }
        }
        let facts = data.facts.unwrap();
        assert!((1..=data.interactions.item_count()).all(|item| !facts.genres(item).is_empty()));
        assert!(data.rejections.is_empty());
    }
}

mod prepared {
    use super::*;

    /// Users 1 2 3 4 5 and 3 2 1 2 6, the second validated on, and 1 2 3 4 7 who begins as the first does.
    const FILES: [(&str, &[u8]); 6] = [
        ("train/input.txt", b"1 2 3\n3 2\n1 2\n"),
        ("val/input.txt", b"1 2 3\n3 2 1\n"),
        ("val/output.txt", b"4\n2\n"),
        ("test/input.txt", b"1 2 3 4\n3 2 1 2\n1 2 3 4\n"),
        ("test/output.txt", b"5\n6\n7\n"),
        ("dataset_stats.json", b"{\"num_users\": 3, \"num_items\": 9, \"num_interactions\": 15}"),
    ];

    fn with(name: &str, bytes: &'static [u8]) -> Vec<(&'static str, &'static [u8])> {
        FILES.iter().map(|(file, old)| (*file, if *file == name { bytes } else { old })).collect()
    }

    #[test]
    fn the_split_is_taken_as_it_is() {
        let data = read(&FILES).unwrap();
        let histories: Vec<&[u32]> = data.interactions.histories().collect();
        assert_eq!(histories, [&[1, 2, 3, 4, 5][..], &[3, 2, 1, 2, 6], &[1, 2, 3, 4, 7]]);
        assert_eq!(data.interactions.item_count(), 9);
        let split = data.split.as_ref().unwrap();
        assert_eq!(split.training, [3, 2, 2]);
        let validation = [Case { user: 0, input: 3, target: 4 }, Case { user: 1, input: 3, target: 2 }];
        assert_eq!(split.validation, validation);
        let test: Vec<(u32, usize, u32)> =
            split.test.iter().map(|case| (case.user, case.input, case.target)).collect();
        assert_eq!(test, [(0, 4, 5), (1, 4, 6), (2, 4, 7)]);
        assert_eq!(&data.leave_one_out().unwrap(), split);
        assert_eq!(data.files.len(), 6);
        let without: Vec<_> = FILES[..5].to_vec();
        assert_eq!(read(&without).unwrap().interactions.item_count(), 7);
    }

    #[test]
    fn a_split_of_our_own_comes_out_the_same() {
        let histories: Vec<Vec<u32>> = (0..40_u32)
            .map(|user| (0..5 + user % 7).map(|place| 1 + (user * 3 + place) % 30).collect())
            .collect();
        let interactions = Interactions::from_histories(histories.clone()).unwrap();
        let split = leave_one_out(&interactions, &draw_validation_users(&interactions, 1)).unwrap();
        let line = |items: &[u32]| items.iter().map(u32::to_string).collect::<Vec<_>>().join(" ") + "\n";
        let inputs =
            |cases: &[Case]| cases.iter().map(|case| line(case.input(&interactions))).collect::<String>();
        let outputs = |cases: &[Case]| cases.iter().map(|case| line(&[case.target])).collect::<String>();
        let train: String = (0..40).map(|user| line(split.training_items(&interactions, user))).collect();
        let data = read(&[
            ("train/input.txt", train.as_bytes()),
            ("val/input.txt", inputs(&split.validation).as_bytes()),
            ("val/output.txt", outputs(&split.validation).as_bytes()),
            ("test/input.txt", inputs(&split.test).as_bytes()),
            ("test/output.txt", outputs(&split.test).as_bytes()),
        ])
        .unwrap();
        assert_eq!(data.interactions, interactions);
        assert_eq!(data.split, Some(split));
    }

    #[test]
    fn files_that_are_cut_in_their_last_lines_are_refused() {
        for (name, bytes) in &FILES[..5] {
            let found = problems(&with(name, &bytes[..bytes.len() - 1]));
            let line = bytes.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(found, [format!("{name}:{line}: {NO_LINE_END}")]);
        }
    }

    #[test]
    fn an_item_number_far_beyond_the_others_is_refused() {
        for (name, bytes, line) in [
            ("test/input.txt", &b"1 2 3 4\n3 2 1 200000\n1 2 3 4\n"[..], 2),
            ("test/output.txt", b"5\n6\n200000\n", 3),
        ] {
            let found = problems(&with(name, bytes)[..5]);
            let [problem] = found.as_slice() else { panic!("{found:?}") };
            assert!(problem.starts_with(&format!("{name}:{line}: has item 200000, but only ")), "{problem}");
        }
    }

    #[test]
    fn contradictions_are_found() {
        for (name, bytes, expected) in [
            (
                "train/input.txt",
                &b"1 2 3\n3 2\n1 2 3 4 7\n"[..],
                "train/input.txt:3: trains on the output of the same line in test/output.txt",
            ),
            (
                "train/input.txt",
                b"1 2 3\n3 4\n1 2\n",
                "train/input.txt:2: differs from the same line of test/input.txt at its item 2",
            ),
            ("train/input.txt", b"1 2 3\n3 2\n", "train/input.txt:3: is missing: test/input.txt has 3 lines"),
            (
                "train/input.txt",
                b"1 2 3\n3 2\n1 2\n5\n",
                "train/input.txt:4: is one line more than test/input.txt has",
            ),
            (
                "train/input.txt",
                b"1 2 3\n\n1 2\n",
                "train/input.txt:2: is empty, but the user has 4 items in test/input.txt",
            ),
            (
                "train/input.txt",
                b"1 2 3\n3 2 1 2\n1 2\n",
                "val/input.txt:2: has an output that line 2 of train/input.txt trains on",
            ),
            ("val/output.txt", b"4\n", "val/output.txt:2: is missing, for val/input.txt goes on"),
            (
                "val/output.txt",
                b"4\n5\n",
                "val/input.txt:2: has with its output no history of test/input.txt without the last two",
            ),
            ("val/input.txt", b"1 2 3\n\n", "val/input.txt:2: is an empty history"),
            ("test/output.txt", b"5\n6 7\n7\n", "test/output.txt:2: has 2 items instead of one"),
            ("test/output.txt", b"5\n6\n7\n8\n", "test/input.txt:4: is missing, for test/output.txt goes on"),
            (
                "test/input.txt",
                b"1 2 3 4\n3 0 1 2\n1 2 3 4\n",
                "test/input.txt:2: has item 0, which is not between 1 and 16777216",
            ),
        ] {
            assert_eq!(problems(&with(name, bytes)), [expected]);
        }
        for (statistics, expected) in [
            (
                &b"{\"num_users\": 4, \"num_items\": 9, \"num_interactions\": 15}"[..],
                "dataset_stats.json says that there are 4 users, but 3 were found",
            ),
            (
                b"{\"num_users\": 3, \"num_items\": 6, \"num_interactions\": 15}",
                "dataset_stats.json says that there are 6 items, but 7 were found",
            ),
            (
                b"{\"num_users\": 3, \"num_items\": 9, \"num_interactions\": 16}",
                "dataset_stats.json says that there are 16 interactions, but 15 were found",
            ),
            (
                b"{\"num_users\": 3}",
                "dataset_stats.json is not JSON with the numbers num_users, num_items and num_interactions",
            ),
        ] {
            let error = read(&with("dataset_stats.json", statistics)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let absent = read(&FILES[..4]).unwrap_err();
        assert!(matches!(absent, Error::Read { path, .. } if path.ends_with("test/output.txt")));
    }
}

mod in_memory {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        let histories = || vec![vec![1, 2], vec![], vec![5]];
        let interactions = Interactions::from_histories(histories()).unwrap();
        assert_eq!((interactions.user_count(), interactions.item_count(), interactions.len()), (3, 5, 3));
        assert!(interactions.history(1).is_empty());
        let wrong = Interactions::from_histories([vec![1], vec![2, 0]]);
        assert!(matches!(wrong, Err(Error::ItemOutOfRange { user: 1, position: 1, item: 0 })));
        assert!(Interactions::from_histories([vec![Interactions::MAX_ITEMS + 1]]).is_err());
        assert_eq!(interactions.clone().with_item_count(9).unwrap().item_count(), 9);
        assert!(matches!(interactions.clone().with_item_count(4), Err(Error::ItemCount { .. })));
        assert!(interactions.clone().with_item_count(u32::MAX).is_err());
        assert!(matches!(interactions.clone().with_times(vec![1]), Err(Error::LengthMismatch { .. })));
        assert!(matches!(
            interactions.clone().with_times(vec![2, 1, 0]),
            Err(Error::TimeGoesBack { user: 0 })
        ));
        assert!(interactions.clone().with_times(vec![2, 2, 0]).is_ok());
        assert!(interactions.clone().with_user_ids(vec![1]).is_err());
        assert_eq!(interactions.with_user_ids(vec![8, 9, 7]).unwrap().user_id(2), 7);
    }

    #[test]
    fn the_last_item_is_tested_and_the_second_last_validated() {
        let interactions =
            Interactions::from_histories([vec![1, 2, 3, 4], vec![5, 6, 7], vec![1, 2], vec![3, 1, 2, 9]])
                .unwrap();
        let split = leave_one_out(&interactions, &[1, 2, 3]).unwrap();
        assert_eq!(split.training, [2, 0, 2, 1]);
        assert_eq!(
            split.test,
            [
                Case { user: 0, input: 3, target: 4 },
                Case { user: 1, input: 2, target: 7 },
                Case { user: 3, input: 3, target: 9 }
            ]
        );
        assert_eq!(
            split.validation,
            [Case { user: 1, input: 1, target: 6 }, Case { user: 3, input: 2, target: 2 }]
        );
        assert_eq!(split.validation[1].input(&interactions), [3, 1]);
        assert_eq!((split.omissions.too_short, split.omissions.unknown_targets), (1, 4));
        assert_eq!(popularity(&interactions, &split), [0, 2, 2, 1, 0, 0, 0, 0, 0, 0]);
        let everyone: Vec<u32> =
            validation_on_everyone(&interactions).iter().map(|case| case.target).collect();
        assert_eq!(everyone, [3, 6, 2]);
        assert!(matches!(leave_one_out(&interactions, &[4]), Err(Error::NoSuchUser { user: 4, users: 4 })));
    }

    #[test]
    fn a_tenth_of_the_users_is_drawn_to_validate_on() {
        let of = |users: usize| Interactions::from_histories(vec![vec![1, 2, 3]; users]).unwrap();
        for (users, drawn) in [(0, 0), (1, 1), (9, 1), (200, 20), (9_999, 999), (30_000, 1_000)] {
            assert_eq!(draw_validation_users(&of(users), VALIDATION_SEED).len(), drawn);
        }
        let drawn = draw_validation_users(&of(100), VALIDATION_SEED);
        assert_eq!(
            drawn,
            [8, 13, 18, 37, 39, 52, 64, 68, 84, 87],
            "another draw would give other figures for the same command"
        );
        assert_ne!(drawn, draw_validation_users(&of(100), 1));
        let short = Interactions::from_histories([vec![1, 2], vec![1, 2, 3]]).unwrap();
        assert_eq!(draw_validation_users(&short, 1), [1]);
    }

    #[test]
    fn a_split_by_time_asks_about_the_first_item_after_each_boundary() {
        let interactions =
            Interactions::from_histories([vec![1, 2, 3, 4, 5], vec![1, 2], vec![6, 1], vec![7], vec![2, 3]])
                .unwrap()
                .with_times(vec![10, 20, 30, 30, 50, 5, 55, 35, 60, 70, 1, 2])
                .unwrap();
        let split = by_time(&interactions, TimeBoundaries { validation_from: 30, test_from: 50 }).unwrap();
        assert_eq!(split.training, [2, 1, 0, 0, 2]);
        assert_eq!(split.validation, [Case { user: 0, input: 2, target: 3 }]);
        assert_eq!(
            split.test,
            [
                Case { user: 0, input: 4, target: 5 },
                Case { user: 1, input: 1, target: 2 },
                Case { user: 2, input: 1, target: 1 }
            ]
        );
        // User 2 began in the time of validation, user 3 in that of the test; item 5 is new in the test.
        assert_eq!((split.omissions.without_input, split.omissions.unknown_targets), (2, 1));

        let boundaries = TimeBoundaries::at_shares(&interactions, 0.5, 0.75).unwrap();
        assert_eq!(boundaries, TimeBoundaries { validation_from: 30, test_from: 55 });
        for (validation, test) in
            [(0.0, 0.5), (0.5, 0.5), (0.6, 0.5), (0.5, 1.0), (f64::NAN, 0.5), (0.01, 0.5), (0.42, 0.5)]
        {
            let refused = TimeBoundaries::at_shares(&interactions, validation, test);
            assert!(matches!(refused, Err(Error::TimeShares { .. })), "{validation} {test}");
        }
        let timeless = Interactions::from_histories([vec![1, 2, 3]]).unwrap();
        assert!(matches!(TimeBoundaries::at_shares(&timeless, 0.8, 0.9), Err(Error::NoTimes)));
        assert!(matches!(by_time(&timeless, boundaries), Err(Error::NoTimes)));
    }
}

mod properties {
    use super::*;

    fn histories() -> impl Strategy<Value = Vec<Vec<u32>>> {
        prop::collection::vec(prop::collection::vec(1..40_u32, 1..12), 1..30)
    }

    fn with_times() -> impl Strategy<Value = Interactions> {
        let history = prop::collection::vec((1..40_u32, 0..60_i64), 0..12).prop_map(|mut rows| {
            rows.sort_by_key(|(_, time)| *time);
            rows
        });
        prop::collection::vec(history, 1..30).prop_map(|histories| {
            let times = histories.iter().flatten().map(|(_, time)| *time).collect();
            let items = histories.iter().map(|rows| rows.iter().map(|(item, _)| *item).collect());
            Interactions::from_histories(items).unwrap().with_times(times).unwrap()
        })
    }

    /// Every case points at its target, and beyond what trains; nothing is validated and tested.
    fn check(interactions: &Interactions, split: &Split) -> Result<(), TestCaseError> {
        prop_assert_eq!(split.training.len(), interactions.user_count());
        let mut asked = std::collections::HashSet::new();
        for case in split.validation.iter().chain(&split.test) {
            let history = interactions.history(case.user as usize);
            prop_assert_eq!(history[case.input], case.target);
            prop_assert!(case.input > 0);
            prop_assert!(split.training[case.user as usize] as usize <= case.input);
            prop_assert!(asked.insert((case.user, case.input)), "two cases ask about one position");
        }
        let counts = popularity(interactions, split);
        prop_assert_eq!(counts.iter().sum::<u32>() as usize, split.training_len());
        prop_assert_eq!((counts.len(), counts[0]), (interactions.item_count() as usize + 1, 0));
        Ok(())
    }

    proptest! {
        #[test]
        fn leaving_one_out_never_trains_on_what_it_asks(histories in histories(), seed in any::<u64>()) {
            let interactions = Interactions::from_histories(histories).unwrap();
            let drawn = draw_validation_users(&interactions, seed);
            let split = leave_one_out(&interactions, &drawn).unwrap();
            check(&interactions, &split)?;
            prop_assert_eq!(split.test.len() + split.omissions.too_short, interactions.user_count());
            prop_assert_eq!(split.validation.len(), drawn.len());
            let everyone = Split { validation: validation_on_everyone(&interactions), ..split };
            check(&interactions, &everyone)?;
            prop_assert_eq!(everyone.validation.len(), everyone.test.len());
        }

        #[test]
        fn a_split_by_time_never_trains_on_the_future(interactions in with_times(), validation in 0.05..0.9_f64, width in 0.05..0.9_f64) {
            let test = validation + width * (1.0 - validation);
            let Ok(boundaries) = TimeBoundaries::at_shares(&interactions, validation, test) else { return Ok(()) };
            let split = by_time(&interactions, boundaries).unwrap();
            check(&interactions, &split)?;
            let time = |user: usize, place: usize| interactions.times(user).unwrap()[place];
            for (user, training) in split.training.iter().enumerate() {
                let length = interactions.history(user).len();
                prop_assert!((0..*training as usize).all(|place| time(user, place) < boundaries.validation_from));
                prop_assert!((*training as usize..length).all(|place| time(user, place) >= boundaries.validation_from));
            }
            for case in &split.validation {
                let at = time(case.user as usize, case.input);
                prop_assert!((boundaries.validation_from..boundaries.test_from).contains(&at));
                prop_assert!(time(case.user as usize, case.input - 1) < boundaries.validation_from);
            }
            for case in &split.test {
                prop_assert!(time(case.user as usize, case.input) >= boundaries.test_from);
                prop_assert!(time(case.user as usize, case.input - 1) < boundaries.test_from);
            }
            prop_assert!(split.training_len() > 0);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_was_written_is_read_again(histories in histories(), seed in any::<u64>()) {
            let interactions = Interactions::from_histories(histories).unwrap();
            let users = draw_validation_users(&interactions, seed);
            let target = tempfile::tempdir().unwrap();
            write_sequences(target.path(), &interactions, (!users.is_empty()).then_some(&users)).unwrap();
            let data = SequenceData::read(target.path()).unwrap();
            prop_assert_eq!(&data.interactions, &interactions);
            prop_assert_eq!(data.validation_users.unwrap_or_default(), users);
        }

        #[test]
        fn the_order_of_rows_changes_nothing_but_ties(rows in prop::collection::hash_set((1..6_i64, 1..30_i64), 0..80), swaps in prop::collection::vec(any::<prop::sample::Index>(), 80)) {
            let mut rows: Vec<(i64, i64, usize)> =
                rows.into_iter().enumerate().map(|(time, (user, film))| (user, film, time)).collect();
            let text = |rows: &[(i64, i64, usize)]| {
                rows.iter().map(|(user, film, time)| format!("{user},{film},3.5,{time}\n")).collect::<String>()
            };
            let one = read(&[("ratings.csv", text(&rows).as_bytes())]);
            for place in (1..rows.len()).rev() {
                rows.swap(place, swaps[place].index(place + 1));
            }
            match (one, read(&[("ratings.csv", text(&rows).as_bytes())])) {
                (Ok(one), Ok(other)) => {
                    prop_assert_eq!(one.interactions, other.interactions);
                    prop_assert_eq!(one.vocabulary, other.vocabulary);
                }
                (Err(one), Err(other)) => prop_assert_eq!(one.to_string(), other.to_string()),
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn damaged_folders_never_panic(first in prop::collection::vec(any::<u8>(), 0..60), second in "[0-9 \n-]{0,40}", third in "[0-9,:.\n]{0,60}") {
            let second = second.as_bytes();
            let _ = read(&[("sequences.txt", &first), ("validation_users.txt", second)]);
            let _ = read(&[("sequences.txt", second), ("validation_users.txt", &first)]);
            let _ = read(&[("ratings.csv", third.as_bytes()), ("movies.csv", &first)]);
            let _ = read(&[("ratings.dat", &first)]);
            let _ = read(&[("train/input.txt", second), ("val/input.txt", second), ("val/output.txt", &first), ("test/input.txt", second), ("test/output.txt", second)]);
            let _ = Vocabulary::from_bytes(&first);
        }
    }
}

mod real_data {
    use super::*;

    #[test]
    fn ml1m_is_split_as_its_protocol_says() {
        let Some(folder) = shared("ml1m-sas") else { return };
        let data = SequenceData::read(&folder).unwrap();
        let interactions = &data.interactions;
        assert_eq!(
            (interactions.user_count(), interactions.item_count(), interactions.len()),
            (6_040, 3_416, 999_611)
        );
        assert_eq!(data.validation_users.as_ref().unwrap().len(), 512);
        assert_eq!(data.name, "ml1m-sas");
        let split = data.leave_one_out().unwrap();
        assert_eq!((split.test.len(), split.validation.len(), split.omissions.too_short), (6_040, 512, 0));
        assert_eq!(split.training_len(), 999_611 - 2 * 6_040 - 512);
        // Line 14 is the first that is validated on.
        assert_eq!(split.validation[0].user, 13);
        let history = interactions.history(13);
        assert_eq!(split.training[13] as usize, history.len() - 3);
        assert_eq!(split.validation[0].target, history[history.len() - 2]);
    }

    #[test]
    fn latest_small_is_prepared() {
        let Some(folder) = shared("ml-latest-small") else { return };
        let data = SequenceData::read(&folder).unwrap();
        let interactions = &data.interactions;
        assert_eq!(
            (interactions.user_count(), interactions.item_count(), interactions.len()),
            (610, 9_724, 100_836)
        );
        assert_eq!((data.users_left_out, data.rejections.len()), (0, 0));
        assert!((0..610).all(|user| interactions.times(user).unwrap().is_sorted()));
        assert_eq!(data.leave_one_out().unwrap().validation.len(), 61);
        let facts = data.facts.unwrap();
        let toy_story = data.vocabulary.find_item(1).unwrap();
        assert_eq!(facts.year(toy_story), Some(1995));
        let genres: Vec<&str> = facts
            .genres(toy_story)
            .iter()
            .map(|genre| facts.genre_names()[*genre as usize].as_str())
            .collect();
        assert_eq!(genres, ["Adventure", "Animation", "Children", "Comedy", "Fantasy"]);
        let known = (1..=interactions.item_count()).filter(|item| !facts.genres(*item).is_empty()).count();
        assert!(known > 9_600, "{known}");

        let boundaries = TimeBoundaries::at_shares(interactions, 0.8, 0.9).unwrap();
        let split = by_time(interactions, boundaries).unwrap();
        let share = split.training_len() as f64 / interactions.len() as f64;
        assert!((0.79..0.81).contains(&share), "{share}");
        assert!(!split.validation.is_empty() && !split.test.is_empty());
    }
}
