/// What a worker can be asked for.
enum Duty: Hashable, Sendable {
    case action(String)
    case aggregate(String)

    var name: String {
        switch self {
        case .action(let name), .aggregate(let name): name
        }
    }
}
