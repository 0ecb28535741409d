use axum::http::StatusCode;
use axum::http::header::IF_MATCH;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Content, ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Server,
};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};

use crate::{Problem, health, problem};

/// Adds what every operation has without declaring it: the problems that come out of the layers and the extractors,
/// those of a key or an `If-Match` that it wants, their schema, and the security schemes `ApiKey` and `Bearer`. A
/// response that is declared stays as it is, but an error without a body gets the one that all errors have. The health
/// routes that [`crate::Server::run`] adds are described too.
pub fn document(mut document: OpenApi) -> OpenApi {
    document.merge(health::Documented::openapi());
    // Relative to the document itself, so that Swagger UI calls the service through the gateway's prefix too.
    document.servers = Some(vec![Server::new(".")]);
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![("Problem".to_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components
        .add_security_scheme("ApiKey", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("Bearer", SecurityScheme::Http(bearer));

    for item in document.paths.paths.values_mut() {
        let shared_parameters = item.parameters.is_some();
        for operation in operations(item) {
            add_problems(operation, shared_parameters);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, query, .. } = item;
    [get, put, post, delete, options, head, patch, trace, query].into_iter().flatten()
}

fn add_problems(operation: &mut Operation, shared_parameters: bool) {
    let has_body = operation.request_body.is_some();
    let has_input =
        has_body || shared_parameters || operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    let needs_key = operation.security.as_ref().is_some_and(|any_of| !any_of.is_empty());
    let needs_version = operation.parameters.iter().flatten().any(is_required_if_match);
    let always = [
        (StatusCode::BAD_REQUEST, "The URL or the body cannot be parsed."),
        (StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than this server accepts."),
        (StatusCode::URI_TOO_LONG, "The query string is longer than this server accepts."),
        (StatusCode::TOO_MANY_REQUESTS, "This client asks too often; `Retry-After` says when to go on."),
        (StatusCode::INTERNAL_SERVER_ERROR, "The server failed; the log has the reason under `request_id`."),
        (StatusCode::SERVICE_UNAVAILABLE, "The request took too long, or a dependency is down."),
    ];
    let with_input =
        (StatusCode::UNPROCESSABLE_ENTITY, "A parameter or a field is refused; `errors` names each.");
    let with_body = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not sent as JSON.");
    let without_key = (StatusCode::UNAUTHORIZED, "No valid key is sent.");
    let without_right = (StatusCode::FORBIDDEN, "The key does not give the right to this.");
    let outdated = (StatusCode::PRECONDITION_FAILED, "What `If-Match` names is not the current version.");
    let unconditional = (StatusCode::PRECONDITION_REQUIRED, "`If-Match` is missing.");
    let extra = [
        (has_input, with_input),
        (has_body, with_body),
        (needs_key, without_key),
        (needs_key, without_right),
        (needs_version, outdated),
        (needs_version, unconditional),
    ];
    let extra = extra.into_iter().filter_map(|(applies, response)| applies.then_some(response));
    for (status, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response)
            && response.content.is_empty()
        {
            response.content.insert(problem::CONTENT.to_owned(), problem_content().into());
        }
    }
    for (status, description) in always.into_iter().chain(extra) {
        let declared = operation.responses.responses.entry(status.as_str().to_owned());
        declared.or_insert_with(|| RefOr::T(problem_response(description)));
    }
}

fn is_required_if_match(parameter: &RefOr<Parameter>) -> bool {
    let RefOr::T(parameter) = parameter else { return false };
    matches!(parameter.parameter_in, ParameterIn::Header)
        && matches!(parameter.required, Required::True)
        && parameter.name.eq_ignore_ascii_case(IF_MATCH.as_str())
}

fn problem_response(description: &str) -> Response {
    ResponseBuilder::new().description(description).content(problem::CONTENT, problem_content()).build()
}

fn problem_content() -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build()
}
