use std::time::Duration;

use crate::error::ServerError;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);
/// A server may ask for patience, but not stop a training's records for hours.
const LONGEST_ON_REQUEST: Duration = Duration::from_secs(120);

/// Pauses between tries: each may be twice as long as the one before, and is drawn at random up to that, so that many
/// trainings do not come back to a restarted server at the same moment.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    tries: u32,
}

impl Backoff {
    pub(crate) fn next(&mut self, failure: &ServerError) -> Duration {
        let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(self.tries)).min(LONGEST);
        self.tries += 1;
        let pause = ceiling.mul_f64(rand::random_range(0.5..=1.0));
        match failure {
            ServerError::Away { retry_after_seconds: Some(seconds), .. } => {
                pause.max(Duration::from_secs(*seconds)).min(LONGEST_ON_REQUEST)
            }
            _ => pause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away(retry_after_seconds: Option<u64>) -> ServerError {
        ServerError::Away { server: String::new(), reason: String::new(), retry_after_seconds }
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        let mut backoff = Backoff::default();
        let pauses: Vec<Duration> = (0..50).map(|_| backoff.next(&away(None))).collect();
        assert!(pauses[0] <= FIRST && pauses[0] >= FIRST / 2);
        assert!(pauses[49] <= LONGEST && pauses[49] >= LONGEST / 2);
    }

    #[test]
    fn a_server_that_names_a_time_is_given_it_within_reason() {
        assert!(Backoff::default().next(&away(Some(7))) >= Duration::from_secs(7));
        assert_eq!(Backoff::default().next(&away(Some(1_000_000))), LONGEST_ON_REQUEST);
    }
}
