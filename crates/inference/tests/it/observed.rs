use filmlens_inference::{Engine, EngineSettings};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::stub::{Control, FAILS, Stub};
use crate::{SMALL, occupy, query, submit};

#[tokio::test]
async fn stats_and_metrics_tell_what_an_engine_has_done() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let control = Control::default();
    let controlled = control.clone();
    let settings = EngineSettings { queue_requests: 2, ..SMALL };
    let engine = metrics::with_local_recorder(&recorder, || {
        filmlens_inference::metrics::describe();
        Engine::spawn("stub", "7", settings, move || Ok(Stub::new(7, &controlled))).unwrap()
    });
    let handle = engine.handle();
    handle.ready().await.unwrap();
    let (gate, first) = occupy(&control, handle.recommend(query(&[1]))).await;
    let second = submit(handle.recommend(query(&[2, 3, 4]))).await;
    let leaving = submit(handle.recommend(query(&[5]))).await;
    handle.embed(vec![0]).await.unwrap_err();
    handle.embed(vec![6]).await.unwrap_err();
    assert_eq!(handle.stats().waiting_requests, 2);
    assert!(recorder.handle().render().contains("inference_waiting_requests{engine=\"stub\"} 2"));
    drop(leaving);
    drop(gate);
    first.await.unwrap();
    second.await.unwrap();
    handle.recommend(query(&[FAILS])).await.unwrap_err();
    engine.shutdown();

    let stats = handle.stats();
    assert_eq!((stats.engine.as_str(), stats.version.as_str(), stats.is_ready), ("stub", "7", false));
    assert_eq!((stats.accepted, stats.answered, stats.failed), (4, 2, 1));
    assert_eq!((stats.skipped, stats.saturated, stats.panics), (1, 1, 0));
    assert_eq!((stats.waiting_requests, stats.waiting_work), (0, 0));
    assert_eq!((stats.batch_requests.count, stats.batch_requests.max), (3, 1));
    assert_eq!((stats.batch_work.p50, stats.batch_work.p99), (1, 3));
    assert_eq!(stats.queue_microseconds.count, 3);

    let text = recorder.handle().render();
    for line in [
        "inference_requests_total{engine=\"stub\",outcome=\"answered\"} 2",
        "inference_requests_total{engine=\"stub\",outcome=\"failed\"} 1",
        "inference_requests_total{engine=\"stub\",outcome=\"skipped\"} 1",
        "inference_requests_total{engine=\"stub\",outcome=\"saturated\"} 1",
        "inference_panics_total{engine=\"stub\"} 0",
        "inference_waiting_requests{engine=\"stub\"} 0",
        "inference_queue_duration_seconds_count{engine=\"stub\"} 3",
        "inference_compute_duration_seconds_count{engine=\"stub\"} 3",
        "inference_batch_work_sum{engine=\"stub\"} 5",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}
