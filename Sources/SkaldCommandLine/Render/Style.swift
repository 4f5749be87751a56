/// How to draw: colours or none, Unicode marks or ASCII ones. A mark never stands without its word.
struct Style: Equatable {
    enum Colour: String {
        case green = "32"
        case red = "31"
        case yellow = "33"
        case cyan = "36"
        case dim = "2"
        case bold = "1"
    }

    let color: Bool
    let ascii: Bool

    static let plain = Style(color: false, ascii: false)

    func paint(_ text: String, _ colour: Colour?) -> String {
        guard color, let colour, !text.isEmpty else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    /// Branches of a tree: the lines before an inner and the last child, and before their descendants.
    var branch: String { ascii ? "|- " : "├─ " }
    var lastBranch: String { ascii ? "`- " : "└─ " }
    var trunk: String { ascii ? "|  " : "│  " }
    var gap: String { "   " }
}
