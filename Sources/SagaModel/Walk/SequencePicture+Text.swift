/// The picture for terminals, and for Markdown viewers.
extension SequencePicture {
    /// ASCII lines, each without a newline.
    public var lines: [String] {
        let columns = columns
        let width = (columns.last ?? 2) + 1
        var lines = [header(columns)]
        for row in rows {
            var line = Array(repeating: Character(" "), count: width)
            for column in columns { line[column] = "|" }
            switch row {
            case .note(let text):
                lines.append("  * " + text)
                continue
            case .call(let lane, let text):
                Self.draw("-- \(text) ", from: columns[0] + 1, to: columns[lane + 1], &line)
                line[columns[lane + 1] - 1] = ">"
            case .answer(let lane, let text):
                let end = columns[1] - 5
                Self.draw("", from: columns[0] + 1, to: columns[lane + 1], &line)
                line[columns[0] + 1] = "<"
                for (offset, character) in " \(text) ".enumerated() { line[end - text.count - 2 + offset] = character }
            }
            lines.append(String(line))
        }
        return lines
    }

    /// Where the lines of the saga and of each participant stand; every text fits between the first two.
    private var columns: [Int] {
        var longest = 8
        for row in rows {
            switch row {
            case .call(_, let text), .answer(_, let text): longest = max(longest, text.count)
            case .note: break
            }
        }
        var columns = [2, 2 + longest + 10]
        for (index, name) in lanes.enumerated().dropFirst() {
            columns.append(columns[index] + (lanes[index - 1].count + 1) / 2 + (name.count + 1) / 2 + 3)
        }
        return lanes.isEmpty ? [2] : columns
    }

    private func header(_ columns: [Int]) -> String {
        var line = ""
        for (name, column) in zip(["saga"] + lanes, columns) {
            line += String(repeating: " ", count: max(line.isEmpty ? 0 : 1, column - name.count / 2 - line.count)) + name
        }
        return line
    }

    private static func draw(_ text: String, from start: Int, to end: Int, _ line: inout [Character]) {
        for column in start..<end { line[column] = "-" }
        for (offset, character) in text.enumerated() where start + offset < end { line[start + offset] = character }
    }

    /// A `sequenceDiagram`.
    public var mermaid: String {
        var lines = ["sequenceDiagram", "  participant saga"]
        // Ids of our own, because `end` and the like are words of Mermaid's.
        for (index, name) in lanes.enumerated() { lines.append("  participant p\(index) as \(name)") }
        for row in rows {
            switch row {
            case .call(let lane, let text): lines.append("  saga->>p\(lane): \(text)")
            case .answer(let lane, let text): lines.append("  p\(lane)-->>saga: \(text)")
            case .note(let text): lines.append("  Note over saga: \(text)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
