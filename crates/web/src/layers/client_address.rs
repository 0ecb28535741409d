use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};

/// Who sends this request, as far as can be trusted: each proxy of ours appends the address that it saw, so with `n`
/// of them the n-th entry from the right is the first one that a client cannot write.
pub(super) fn client_address(request: &Request, trusted_hops: usize) -> IpAddr {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let address = if trusted_hops == 0 { None } else { forwarded(request, trusted_hops) };
    subscriber(address.unwrap_or(peer))
}

fn forwarded(request: &Request, hops: usize) -> Option<IpAddr> {
    let values = request.headers().get_all("x-forwarded-for").iter().rev();
    // Bytes, not text: what a client wrote further left need not be text, and must not hide what our proxies wrote.
    let entry = values.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b',')).nth(hops - 1)?;
    let entry = std::str::from_utf8(entry).ok()?.trim();
    entry.parse().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()))
}

/// One IPv6 subscriber holds a /64 and could take a new address for each request.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;

    use super::*;

    fn address(forwarded: &[&str], hops: usize) -> String {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4000))));
        for value in forwarded {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request.headers_mut().append("x-forwarded-for", value);
        }
        client_address(&request, hops).to_string()
    }

    #[test]
    fn the_header_counts_only_behind_proxies_of_ours() {
        assert_eq!(address(&["203.0.113.7"], 0), "10.0.0.1");
        assert_eq!(address(&["203.0.113.7"], 1), "203.0.113.7");
    }

    #[test]
    fn what_a_client_wrote_itself_is_skipped() {
        assert_eq!(address(&["1.1.1.1, 203.0.113.7"], 1), "203.0.113.7");
        assert_eq!(address(&["1.1.1.1", "203.0.113.7, 10.0.0.9"], 2), "203.0.113.7");
    }

    #[test]
    fn what_is_no_text_hides_nothing() {
        assert_eq!(address(&["é, 203.0.113.7"], 1), "203.0.113.7");
        assert_eq!(address(&["203.0.113.7, é"], 1), "10.0.0.1");
    }

    #[test]
    fn without_enough_entries_the_peer_counts() {
        assert_eq!(address(&["203.0.113.7"], 2), "10.0.0.1");
        assert_eq!(address(&["nonsense"], 1), "10.0.0.1");
    }

    #[test]
    fn addresses_of_one_subscriber_are_one() {
        assert_eq!(address(&["2001:db8:1:2:3:4:5:6"], 1), "2001:db8:1:2::");
        assert_eq!(address(&["::ffff:203.0.113.7"], 1), "203.0.113.7");
    }
}
