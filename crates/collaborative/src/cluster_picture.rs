use filmlens_charts::{Axis, Cloud, ScatterChart};

use crate::{Error, KMeans, KMeansSettings, Pca, RatingMatrix, Watch};

/// The items of a matrix in groups that the same people rate alike, each item with its place on a plane.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPicture {
    /// By item number; none of 0.
    pub points: Vec<ClusterPoint>,
    pub cluster_count: usize,
    /// The share of all variance that lies along each axis of the plane.
    pub explained: [f64; 2],
}

#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPoint {
    pub item: u32,
    pub label: String,
    /// From 0.
    pub cluster: u32,
    pub x: f64,
    pub y: f64,
}

/// How a cluster picture is worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureWords {
    pub title: String,
    /// What stands before the number of a cluster.
    pub cluster: String,
    /// What stands before the number of an axis.
    pub component: String,
}

impl ClusterPicture {
    /// Groups the items, of which `label` gives the name, by the stars of each user. Of the items only the `at_most` with
    /// the most ratings are kept.
    pub fn of_items(
        matrix: &RatingMatrix,
        settings: &KMeansSettings,
        at_most: usize,
        label: impl Fn(u32) -> String,
        watch: &mut dyn Watch,
    ) -> Result<Self, Error> {
        let mut items: Vec<u32> = (1..=matrix.item_count()).collect();
        // The sort is stable: of equals the smaller number stays.
        items.sort_by_key(|item| std::cmp::Reverse(matrix.items().row(*item).len()));
        items.truncate(at_most);
        items.sort_unstable();
        let turned = turned(matrix, &items);
        let clusters = KMeans::fit(&turned, settings, watch)?;
        let pca = Pca::fit(&turned, watch)?;
        let places = items.into_iter().zip(clusters.labels()).zip(pca.points);
        let point = |((item, cluster), [x, y]): ((u32, &u32), [f64; 2])| ClusterPoint {
            item,
            label: label(item),
            cluster: *cluster,
            x,
            y,
        };
        Ok(Self {
            points: places.map(point).collect(),
            cluster_count: clusters.cluster_count(),
            explained: pca.explained,
        })
    }

    pub fn to_svg(&self, words: &PictureWords) -> Result<String, Error> {
        let axis = |number: usize| {
            let percent = self.explained[number] * 100.0;
            Axis { label: format!("{} {} ({percent:.1} %)", words.component, number + 1), ..Axis::default() }
        };
        let cloud = |cluster: u32| Cloud {
            name: format!("{} {}", words.cluster, cluster + 1),
            points: self.points_of(cluster).map(|point| (point.x, point.y)).collect(),
        };
        let chart = ScatterChart {
            title: words.title.clone(),
            x: axis(0),
            y: axis(1),
            clouds: (0..self.cluster_count as u32).map(cloud).collect(),
        };
        Ok(chart.to_svg()?)
    }

    pub fn points_of(&self, cluster: u32) -> impl Iterator<Item = &ClusterPoint> {
        self.points.iter().filter(move |point| point.cluster == cluster)
    }
}

/// The given items as users, and users as items.
fn turned(matrix: &RatingMatrix, items: &[u32]) -> RatingMatrix {
    let ratings = (0_u32..).zip(items).flat_map(|(row, item)| {
        matrix.items().row(*item).iter().map(move |(user, stars)| (row, user + 1, stars))
    });
    RatingMatrix::new(items.len() as u32, matrix.user_count(), ratings)
}
