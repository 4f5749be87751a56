import SagaModel

/// Cycles and the pivot: what the order of the steps allows.
extension DefinitionBuilder {
    /// Every step on a cycle, or behind one, has no place in the order; each cycle is named once.
    mutating func checkOrder() {
        var left = Set(drafts.indices).subtracting(graph.order)
        for start in drafts.indices where left.contains(start) {
            var path: [StepDraft.Need] = []
            var visited: [Int] = [start]
            while let last = visited.last, let need = drafts[last].needs.first(where: { left.contains($0.index) }) {
                path.append(need)
                if let again = visited.firstIndex(of: need.index) {
                    refuseCycle(Array(visited[again...]), closing: need)
                    break
                }
                visited.append(need.index)
            }
            left.subtract(visited)
            left.subtract(behind(visited, among: left))
        }
    }

    /// Steps that (transitively) need one of `steps`.
    private func behind(_ steps: [Int], among left: Set<Int>) -> Set<Int> {
        var found: Set<Int> = []
        var queue = steps
        while let step = queue.popLast() {
            for dependant in graph.dependants[step] where left.contains(dependant) && found.insert(dependant).inserted {
                queue.append(dependant)
            }
        }
        return found
    }

    private mutating func refuseCycle(_ cycle: [Int], closing: StepDraft.Need) {
        let words = (cycle + [cycle[0]]).map { names.names[$0] }.joined(separator: " → ")
        problems.refuse(closing.place, "the steps need each other in a circle: \(words); remove one of these needs")
    }

    mutating func checkPivot() {
        for extra in pivots.dropFirst() {
            guard let place = drafts[extra].pivotPlace else { continue }
            problems.refuse(place, "there is one point of no return, and '\(drafts[pivots[0]].name)' is it")
        }
        guard let pivot = pivots.first else { return }
        if let place = drafts[pivot].optionalPlace {
            problems.refuse(place, "the pivot cannot be `optional`: it decides the saga")
        }
        if let place = drafts[pivot].undoPlace {
            problems.refuse(place, "the pivot takes no `undo`: nothing is undone behind it")
        }
        guard graph.order.count == drafts.count else { return }
        for (step, draft) in drafts.enumerated() where draft.hasEffect && graph.areParallel(step, pivot) {
            let name = names.names[pivot]
            problems.refuse(
                draft.place,
                "'\(draft.name)' has no order with the pivot '\(name)': add it to the needs of '\(name)', or '\(name)' to its own"
            )
        }
    }

    /// Whether a step comes behind the pivot, where nothing is undone and nothing gives up.
    func isBehindPivot(_ step: Int) -> Bool { pivots.contains { graph.isAfter(step, $0) } }
}
