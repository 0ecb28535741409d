use filmlens_charts::{Axis, Chart, Line, LineChart, Picture};
use filmlens_gsasrec::training::Progress;

/// Loss and validation by epoch, as SVG.
pub(crate) fn picture(name: &str, progress: &Progress) -> Result<String, filmlens_charts::Error> {
    let loss = progress.curve.iter().map(|point| (f64::from(point.epoch), point.loss)).collect();
    let validated =
        progress.curve.iter().filter_map(|point| Some((f64::from(point.epoch), point.validation?)));
    let (epochs, qualities): (Vec<f64>, Vec<_>) = validated.unzip();
    let best = progress.best.map(|best| f64::from(best.epoch));
    let marked = epochs.iter().position(|epoch| Some(*epoch) == best);
    let line = |name: &str, values: Vec<f64>, marked| Line {
        name: name.to_owned(),
        points: epochs.iter().copied().zip(values).collect(),
        marked,
    };
    let ndcg = qualities.iter().map(|quality| quality.ndcg_at_10).collect();
    let recall = qualities.iter().map(|quality| quality.recall_at_10).collect();
    let chart = |title: &str, label: &str, lines| {
        Chart::Lines(LineChart {
            title: title.to_owned(),
            x: Axis::linear("epoch"),
            y: Axis::linear(label),
            lines,
        })
    };
    let loss = Line { name: "training loss".to_owned(), points: loss, marked: None };
    let picture = Picture {
        title: format!("Training of {name}"),
        description: "The loss on the training items, and how well the next item is found on validation."
            .to_owned(),
        charts: vec![
            chart("Loss", "loss of a position", vec![loss]),
            chart(
                "Validation",
                "share",
                vec![line("nDCG@10", ndcg, marked), line("Recall@10", recall, None)],
            ),
        ],
    };
    picture.to_svg()
}
