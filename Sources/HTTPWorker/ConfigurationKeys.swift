/// The keys of a configuration.
enum ConfigurationKeys {
    static let top = ["endpoint", "credit", "dedupes", "limits", "defaults", "actions"]
    static let defaults = ["base_url", "timeout", "headers", "idempotency_header", "retry_after", "follow_redirects"]
    static let action = [
        "method", "url", "headers", "body", "form", "done", "no", "not_now", "result", "undo", "timeout", "idempotency_header",
        "retry_after", "follow_redirects",
    ]
    static let undo = ["call", "command", "key", "with"]
    static let limit = ["concurrent", "per_second"]
}
