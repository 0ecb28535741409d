//! Spans reach a collector, in the caller's trace. One test alone in its process: the subscriber is the process's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use filmlens_telemetry::{TelemetrySettings, init, propagation};
use http::HeaderMap;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tracing::info_span;

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
async fn spans_are_exported_in_the_trace_of_the_caller() {
    let (endpoint, received) = collector();
    let settings = TelemetrySettings { otlp_endpoint: Some(endpoint), ..TelemetrySettings::default() };
    let telemetry = init("query-api", &settings).unwrap();
    let _second = init("query-api", &TelemetrySettings::default()).unwrap();

    let headers = HeaderMap::from_iter([(
        propagation::TRACEPARENT.parse().unwrap(),
        format!("00-{TRACE_ID}-00f067aa0ba902b7-01").parse().unwrap(),
    )]);
    let outgoing = {
        let span = info_span!("request", otel.name = "GET /films");
        propagation::continue_trace(&span, &headers);
        propagation::traceparent(&span).unwrap()
    };
    drop(telemetry);

    let request = received.recv_timeout(Duration::from_secs(10)).unwrap();
    let resource = &request.resource_spans[0];
    let attributes = format!("{:?}", resource.resource);
    assert!(attributes.contains("service.name") && attributes.contains("query-api"), "{attributes}");
    let span = &resource.scope_spans[0].spans[0];
    assert_eq!(span.name, "GET /films");
    assert_eq!(hex(&span.trace_id), TRACE_ID);
    assert_eq!(hex(&span.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(outgoing.to_str().unwrap(), format!("00-{TRACE_ID}-{}-01", hex(&span.span_id)));
}

fn collector() -> (String, mpsc::Receiver<ExportTraceServiceRequest>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = sender.send(receive(stream.unwrap()));
        }
    });
    (endpoint, receiver)
}

fn receive(stream: TcpStream) -> ExportTraceServiceRequest {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /v1/traces "), "{head}");
    assert!(head.contains("application/x-protobuf"), "{head}");
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    ExportTraceServiceRequest::decode(body.as_slice()).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
