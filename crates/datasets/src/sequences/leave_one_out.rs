use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{Case, Interactions, Split};
use crate::Error;

/// The seed of [`draw_validation_users`] unless another is asked for.
pub const VALIDATION_SEED: u64 = 42;
const MOST_VALIDATION_USERS: usize = 1000;
/// One item to go by, one to validate on and one to test on.
const SHORTEST: usize = 3;

/// Asks about every user's last item, and about the second last of the `validation_users` (numbered from 0).
///
/// All but the last two items train, of the validation users all but the last three, as in the reference of gSASRec.
/// Whoever has fewer than three items trains on all of them, is not
/// asked about, and is counted in [`Omissions`](super::Omissions).
pub fn leave_one_out(interactions: &Interactions, validation_users: &[u32]) -> Result<Split, Error> {
    let users = interactions.user_count();
    let mut validates = vec![false; users];
    for user in validation_users {
        let Some(validates) = validates.get_mut(*user as usize) else {
            return Err(Error::NoSuchUser { user: *user, users });
        };
        *validates = true;
    }

    let mut split = Split { training: Vec::with_capacity(users), ..Split::default() };
    for (user, history) in interactions.histories().enumerate() {
        if history.len() < SHORTEST {
            split.omissions.too_short += 1;
            split.training.push(history.len() as u32);
            continue;
        }
        split.test.push(case_before_end(user, history, 1));
        if validates[user] {
            split.validation.push(case_before_end(user, history, 2));
        }
        let held_out = if validates[user] { 3 } else { 2 };
        split.training.push((history.len() - held_out) as u32);
    }
    split.count_unknown_targets(interactions);
    Ok(split)
}

/// Every user's second last item, to validate on instead of those of a few users. No user trains on it in a
/// [`leave_one_out`] split.
pub fn validation_on_everyone(interactions: &Interactions) -> Vec<Case> {
    let histories = interactions.histories().enumerate().filter(|(_, history)| history.len() >= SHORTEST);
    histories.map(|(user, history)| case_before_end(user, history, 2)).collect()
}

/// A tenth of the users, at most 1000, of those with three items or more; sorted.
///
/// The draw is a shuffle of Fisher and Yates that ends early: place i swaps with place i + r mod (n - i), where r is the
/// next 64-bit number of ChaCha with 8 rounds, seeded by `seed_from_u64`.
pub fn draw_validation_users(interactions: &Interactions, seed: u64) -> Vec<u32> {
    let histories = (0_u32..).zip(interactions.histories());
    let mut users: Vec<u32> =
        histories.filter(|(_, history)| history.len() >= SHORTEST).map(|(user, _)| user).collect();
    let wanted = (interactions.user_count() / 10).clamp(1, MOST_VALIDATION_USERS).min(users.len());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for place in 0..wanted {
        let ahead = rng.next_u64() % (users.len() - place) as u64;
        users.swap(place, place + ahead as usize);
    }
    users.truncate(wanted);
    users.sort_unstable();
    users
}

/// The case whose target is the last item (`from_end` 1), the second last (2) and so on.
fn case_before_end(user: usize, history: &[u32], from_end: usize) -> Case {
    let input = history.len() - from_end;
    Case { user: user as u32, input, target: history[input] }
}
