/// The sign before a state's word.
enum Mark {
    case done, failed, undone, running, open, skipped, unknown, stuck

    func sign(_ style: Style) -> String {
        switch self {
        case .done: style.ascii ? "+" : "✔"
        case .failed: style.ascii ? "x" : "✖"
        case .undone: style.ascii ? "<" : "↩"
        case .running: style.ascii ? "~" : "…"
        case .open: style.ascii ? "o" : "○"
        case .skipped: style.ascii ? "-" : "–"
        case .unknown: "?"
        case .stuck: "!"
        }
    }

    var colour: Style.Colour? {
        switch self {
        case .done: .green
        case .failed, .stuck: .red
        case .undone, .unknown: .yellow
        case .running: .cyan
        case .open, .skipped: .dim
        }
    }
}
