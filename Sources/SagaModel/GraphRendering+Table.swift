extension GraphRendering {
    /// One line per step: level, name, what it does, how it is undone, what it needs, what is special, where it stands.
    static func table(_ definition: Definition, _ marks: [String?]) -> String {
        let levels = self.levels(definition.graph, count: definition.steps.count)
        var rows = [["level", "step", "does", "undo", "needs", "notes", "state"]]
        for level in 0...(levels.max() ?? 0) {
            let steps = definition.graph.order.filter { levels[$0] == level }
            for (position, index) in steps.enumerated() {
                let step = definition.steps[index]
                rows.append([
                    position == 0 ? String(level + 1) : "", step.name, action(step), undo(step),
                    step.needs.map { definition.steps[$0].name }.joined(separator: " "), notes(step), marks[index] ?? "",
                ])
            }
        }
        return align(rows)
    }

    /// How many steps stand before each on its longest path.
    private static func levels(_ graph: Graph, count: Int) -> [Int] {
        var levels = Array(repeating: 0, count: count)
        for step in graph.order { levels[step] = (graph.needs[step].map { levels[$0] + 1 }.max() ?? 0) }
        return levels
    }

    private static func undo(_ step: Step) -> String {
        switch step.undo {
        case .nothing: "-"
        case .waived: "none"
        case .action(let undo): undo.operation.name
        }
    }

    private static func notes(_ step: Step) -> String {
        [
            step.isPivot ? "pivot" : nil, step.isOptional ? "optional" : nil, step.condition == nil ? nil : "if",
            step.action.isCall ? "call" : nil, step.probe == nil ? nil : "probe",
        ].compactMap { $0 }.joined(separator: " ")
    }

    /// Pads columns to their widest cell, without space at the end of lines; a column that is empty throughout is left out.
    private static func align(_ rows: [[String]]) -> String {
        let columns = rows[0].indices.filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            var line = ""
            for (column, width) in zip(columns, widths) {
                line += row[column] + String(repeating: " ", count: width - row[column].count + 2)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
