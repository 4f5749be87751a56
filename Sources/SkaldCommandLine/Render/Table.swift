/// Rows in columns two spaces apart; the last column is not padded, empty columns are left out.
struct Table {
    struct Cell {
        let text: String
        var colour: Style.Colour?
    }

    let headings: [String]
    var rows: [[Cell]] = []

    init(_ headings: [String]) { self.headings = headings }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    func lines(_ style: Style) -> [String] {
        let used = headings.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
        let widths = headings.indices.map { column in
            max(headings[column].count, rows.map { $0[column].text.count }.max() ?? 0)
        }
        let all = [headings.map { Cell(text: $0, colour: .dim) }] + rows
        return all.map { row in
            let cells = used.map { column in
                let padding = column == used.last ? 0 : widths[column] - row[column].text.count
                return style.paint(row[column].text, row[column].colour) + String(repeating: " ", count: padding)
            }
            return cells.joined(separator: "  ").trimmingEnd()
        }
    }
}

extension Table.Cell: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(text: value) }
    init(_ text: String, _ colour: Style.Colour? = nil) { self.init(text: text, colour: colour) }
    init(_ state: StateWord, _ style: Style) {
        self.init(text: "\(state.mark.sign(style)) \(state.word)", colour: state.mark.colour)
    }
}

extension String {
    /// Without the spaces at the end that padding leaves.
    func trimmingEnd() -> String {
        var copy = self
        while copy.last == " " { copy.removeLast() }
        return copy
    }
}
