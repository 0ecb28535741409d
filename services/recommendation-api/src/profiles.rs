//! What users have rated, as far as the model's artifact holds it: what was known when it was trained.

use filmlens_collaborative::{Profile, Profiles as StoredProfiles};

pub(crate) const NOTHING: Profile<'static> = Profile { items: &[], stars: &[] };

pub(crate) struct Profiles(Option<StoredProfiles>);

impl Profiles {
    pub(crate) fn new(stored: Option<StoredProfiles>) -> Self {
        Self(stored)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |stored| stored.user_ids().len())
    }

    /// `None` for somebody who is not known, who is someone else than a user without ratings.
    pub(crate) fn find(&self, user_id: i64) -> Option<Profile<'_>> {
        let stored = self.0.as_ref()?;
        stored.find_user(user_id).map(|user| stored.of(user))
    }

    /// The lowest and the highest rating that anybody gave.
    pub(crate) fn scale(&self) -> Option<(f32, f32)> {
        let stored = self.0.as_ref()?;
        let stars = (0..stored.user_count()).flat_map(|user| stored.of(user).stars);
        stars.fold(None, |scale: Option<(f32, f32)>, stars| {
            let (lowest, highest) = scale.unwrap_or((*stars, *stars));
            Some((lowest.min(*stars), highest.max(*stars)))
        })
    }
}
