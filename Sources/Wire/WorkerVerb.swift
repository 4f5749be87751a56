/// What a worker may begin a message with.
enum WorkerVerb: String, CaseIterable {
    case ready, done, refuse, retry, unknown, working, heartbeat, bye

    /// Whether it ends the attempt it names.
    var isAnswer: Bool {
        switch self {
        case .done, .refuse, .retry, .unknown: true
        case .ready, .working, .heartbeat, .bye: false
        }
    }

    /// What stands behind the id.
    var argument: String? {
        switch self {
        case .refuse: "code"
        case .retry: "after_ms"
        default: nil
        }
    }

    var hasID: Bool { self != .heartbeat && self != .bye }
}
