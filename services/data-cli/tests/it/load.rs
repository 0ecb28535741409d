use std::fs;
use std::path::{Path, PathBuf};

use filmlens_test_support::TestDatabase;
use sqlx::PgPool;

use crate::program::{Run, run_on};

const HEADER: &str = "movie_name;imdbId;tmdbId;year;runtime;genre;director;star;rating;description\n";

struct Setup {
    url: String,
    pool: PgPool,
    folder: tempfile::TempDir,
}

impl Setup {
    async fn new() -> Self {
        let database = TestDatabase::migrated().await;
        Self { url: database.url(), pool: database.pool().await, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn load(&self, arguments: &[&str]) -> Run {
        run_on(&self.url, ["load"].iter().chain(arguments))
    }

    async fn count(&self, table: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }
}

fn films(numbers: std::ops::RangeInclusive<u32>) -> String {
    let rows = numbers
        .map(|number| format!("Film {number};tt{number};{number};1990;90 min;Drama;;;7.5;About it.\n"));
    HEADER.to_owned() + &rows.collect::<String>()
}

#[tokio::test]
async fn the_demo_catalogue_loads_with_its_severities_and_only_once() {
    let setup = Setup::new().await;
    let first = setup.load(&["demo", "--json"]).succeeded().json();
    let inserted = first["inserted"].as_u64().unwrap();
    assert!(inserted >= 300, "{first}");
    assert_eq!(first["triggers_written"], inserted);
    let again = setup.load(&["demo", "--json"]).succeeded().json();
    assert_eq!(again["inserted"], 0);
    assert_eq!(again["unchanged"], inserted);
    assert_eq!(again["triggers_written"], 0);
    assert_eq!(setup.count("movies_catalog").await, setup.count("movie_triggers").await);
    assert_eq!(setup.count("load_positions").await, 0);
    let orphans = "movie_triggers WHERE movie_id NOT IN \
        (SELECT coalesce(imdb_id, tmdb_id, 'ml' || movielens_id) FROM movies_catalog)";
    assert_eq!(setup.count(orphans).await, 0);
}

#[tokio::test]
async fn a_csv_file_is_loaded_and_its_bad_rows_are_reported() {
    let setup = Setup::new().await;
    let rows = films(1..=3) + ";tt9;9;;;;;;;\nNo id;;;;;;;;;\nOld;tt8;8;1066;;;;;;\nshort;row\n";
    let file = setup.file("films.csv", rows);
    let rejects = setup.folder.path().join("rejects.csv");
    let rejects = rejects.to_str().unwrap();

    let dry = setup.load(&["filmlens-csv", &file, "--dry-run", "--json"]).succeeded().json();
    assert_eq!((&dry["inserted"], &dry["dry_run"]), (&3.into(), &true.into()));
    assert_eq!(setup.count("movies_catalog").await, 0);

    let run = setup.load(&["filmlens-csv", &file, "--rejects", rejects, "--strict"]);
    assert_eq!(run.code, 2, "{run:?}");
    for line in
        ["inserted           3", "rejected           4", "1 × Año invalido: 1066", "1 × Sin ID valido"]
    {
        assert!(run.stdout.contains(line), "{line:?} is not in {}", run.stdout);
    }
    let written = fs::read_to_string(rejects).unwrap();
    assert_eq!(
        written,
        "file,line,reason\nfilms.csv,5,movie_name vacio\nfilms.csv,6,Sin ID valido\n\
         films.csv,7,Año invalido: 1066\nfilms.csv,8,has 2 fields instead of 10\n"
    );
    setup.load(&["filmlens-csv", "--csv", &file]).succeeded();
    assert_eq!(setup.count("movies_catalog").await, 3);
}

#[tokio::test]
async fn a_row_that_the_catalogue_refuses_is_reported_with_its_line() {
    let setup = Setup::new().await;
    let first = setup.file("first.csv", HEADER.to_owned() + "A;tt1;;;;;;;;\nB;;2;;;;;;;\n");
    setup.load(&["filmlens-csv", &first]).succeeded();
    let second = setup.file("second.csv", HEADER.to_owned() + "C;tt3;;;;;;;;\n\nBoth;tt1;2;;;;;;;\n");
    let rejects = setup.folder.path().join("rejects.csv");
    let run = setup.load(&["filmlens-csv", &second, "--rejects", rejects.to_str().unwrap(), "--json"]);
    assert_eq!(run.succeeded().json()["rejected"], 1);
    assert!(fs::read_to_string(rejects).unwrap().contains("second.csv,4,"));
}

#[tokio::test]
async fn broken_files_load_nothing() {
    let setup = Setup::new().await;
    let whole = films(1..=20);
    let cut_at = whole.len() - 25;
    let mut latin_1 = whole.clone().into_bytes();
    latin_1.extend(b"Caf\xe9;tt99;99;;;;;;;\n");
    for (content, message) in [
        (latin_1, "is not UTF-8 text: line 22"),
        (whole.as_bytes()[..cut_at].to_vec(), "cut off in the middle of its last line, 21"),
        (
            (whole.clone() + "\"Open;tt99;99;;;;;;;\n").into_bytes(),
            "the quotes that open on line 22 never close",
        ),
        (whole.replace("movie_name", "title").into_bytes(), "no column movie_name"),
        (whole.replace(';', ",").into_bytes(), "no column movie_name"),
        (Vec::new(), "is empty"),
    ] {
        let file = setup.file("broken.csv", content);
        setup.load(&["filmlens-csv", &file]).failed_with(message).failed_with("nothing was loaded");
    }
    setup.load(&["filmlens-csv", "/absent/films.csv"]).failed_with("/absent/films.csv cannot be read");
    setup
        .load(&["movielens", setup.folder.path().to_str().unwrap()])
        .failed_with("no movies.csv or movies.dat");
    assert_eq!(setup.count("movies_catalog").await, 0);
}

#[tokio::test]
async fn a_load_that_fails_midway_goes_on_where_it_stopped() {
    let setup = Setup::new().await;
    let file = setup.file("films.csv", films(1..=30));
    // Stands for a disk that fills up at the twenty-first film.
    let trap = "CREATE FUNCTION fill_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER fill_disk BEFORE INSERT ON movies_catalog FOR EACH ROW
            WHEN (NEW.movie_name = 'Film 21') EXECUTE FUNCTION fill_disk()";
    sqlx::raw_sql(trap).execute(&setup.pool).await.unwrap();
    let arguments = ["filmlens-csv", &file, "--batch-size", "8", "--json"];
    setup.load(&arguments).failed_with("the database's disk is full");
    assert_eq!(setup.count("movies_catalog").await, 16);

    sqlx::query("DROP TRIGGER fill_disk ON movies_catalog").execute(&setup.pool).await.unwrap();
    let run = setup.load(&arguments).succeeded().json();
    assert_eq!((&run["resumed_at"], &run["inserted"]), (&16.into(), &14.into()));
    assert_eq!(setup.count("movies_catalog").await, 30);
    assert_eq!(setup.count("load_positions").await, 0);
}

#[tokio::test]
async fn a_first_load_that_ends_before_the_severities_goes_on_though_there_are_films() {
    let setup = Setup::new().await;
    let trap = "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON movie_triggers EXECUTE FUNCTION fail()";
    sqlx::raw_sql(trap).execute(&setup.pool).await.unwrap();
    setup.load(&["demo", "--if-empty"]).failed_with("cut off");
    let kept = setup.count("movies_catalog").await;
    assert!(kept > 0);
    assert_eq!(setup.count("movie_triggers").await, 0);
    sqlx::query("DROP TRIGGER fail ON movie_triggers").execute(&setup.pool).await.unwrap();

    let file = setup.file("films.csv", films(1..=3));
    let other = setup.load(&["filmlens-csv", &file, "--if-empty"]).succeeded();
    assert!(other.stdout.contains("has films already"), "{other:?}");

    let resumed = setup.load(&["demo", "--if-empty", "--json"]).succeeded().json();
    assert_eq!((&resumed["inserted"], &resumed["triggers_written"]), (&0.into(), &kept.into()));
    let again = setup.load(&["demo", "--if-empty"]).succeeded();
    assert!(again.stdout.contains("has films already"), "{again:?}");
}

#[tokio::test]
async fn restart_ignores_the_position() {
    let setup = Setup::new().await;
    let file = setup.file("films.csv", films(1..=10));
    let done = setup.load(&["filmlens-csv", &file, "--json"]).succeeded().json();
    sqlx::query("INSERT INTO load_positions VALUES ('filmlens-csv', $1, 8)")
        .bind(done["fingerprint"].as_str().unwrap())
        .execute(&setup.pool)
        .await
        .unwrap();
    let resumed = setup.load(&["filmlens-csv", &file, "--json", "--dry-run"]).succeeded().json();
    assert_eq!((&resumed["resumed_at"], &resumed["unchanged"]), (&8.into(), &2.into()));
    let restarted = setup.load(&["filmlens-csv", &file, "--json", "--restart"]).succeeded().json();
    assert_eq!((&restarted["resumed_at"], &restarted["unchanged"]), (&0.into(), &10.into()));
}

#[tokio::test]
async fn a_full_disk_under_the_rejects_file_loads_nothing() {
    let setup = Setup::new().await;
    let file = setup.file("films.csv", films(1..=3));
    setup
        .load(&["filmlens-csv", &file, "--rejects", "/dev/full"])
        .failed_with("the disk that holds /dev/full is full");
    assert_eq!(setup.count("movies_catalog").await, 0);
}

#[tokio::test]
async fn tmdb_and_movielens_files_load_into_the_same_films() {
    let setup = Setup::new().await;
    let folder = setup.folder.path().join("ml");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("movies.csv"), "movieId,title,genres\n858,\"Godfather, The (1972)\",Crime|Drama\n")
        .unwrap();
    fs::write(folder.join("links.csv"), "movieId,imdbId,tmdbId\n858,0068646,238\n").unwrap();
    let tmdb =
        setup.file("tmdb.csv", "id,title,overview,genres\n238,The Godfather,A family.,\"Drama, Crime\"\n");
    setup.load(&["movielens", folder.to_str().unwrap()]).succeeded();
    let run = setup.load(&["tmdb-csv", &tmdb, "--json"]).succeeded();
    assert_eq!(run.json()["updated"], 1);
    assert!(run.stderr.contains("no column vote_average"), "{run:?}");
    let row: (String, i32, String) =
        sqlx::query_as("SELECT imdb_id, movielens_id, description FROM movies_catalog")
            .fetch_one(&setup.pool)
            .await
            .unwrap();
    assert_eq!(row, ("tt0068646".to_owned(), 858, "A family.".to_owned()));
}

#[tokio::test]
async fn synthetic_films_load() {
    let setup = Setup::new().await;
    let run =
        setup.load(&["synthetic", "--films", "700", "--batch-size", "300", "--json"]).succeeded().json();
    assert_eq!((&run["inserted"], &run["rejected"]), (&700.into(), &0.into()));
}

#[tokio::test]
async fn latest_small_loads_and_loads_again() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !shared.is_dir() {
        eprintln!("SKIPPED: ../shared is absent, so loading MovieLens latest-small was not tested");
        return;
    }
    let folder: PathBuf = shared.join("data/ml-latest-small");
    let setup = Setup::new().await;
    let first = setup.load(&["movielens", folder.to_str().unwrap(), "--json"]).succeeded().json();
    assert_eq!((&first["inserted"], &first["rejected"]), (&9742.into(), &0.into()));
    let again = setup.load(&["movielens", folder.to_str().unwrap(), "--json"]).succeeded().json();
    assert_eq!(again["unchanged"], 9742);
    let rated =
        setup.load(&["movielens", folder.to_str().unwrap(), "--with-ratings", "--json"]).succeeded().json();
    assert_eq!(rated["updated"], 9724);
    let forrest_gump: (i32, f32) =
        sqlx::query_as("SELECT votes, rating FROM movies_catalog WHERE movielens_id = 356")
            .fetch_one(&setup.pool)
            .await
            .unwrap();
    assert_eq!(forrest_gump.0, 329);
    assert!((8.3..8.4).contains(&forrest_gump.1), "{forrest_gump:?}");
    // The demo catalogue's films are among them, by their IMDb ids.
    let demo = setup.load(&["demo", "--json"]).succeeded().json();
    assert!(demo["updated"].as_u64().unwrap() > 150, "{demo}");
}
