extension SimulatedDefinition {
    /// Per step, all that depend on it, directly or through others.
    var dependants: [[Int]] {
        steps.indices.map { step in
            var found: [Int] = []
            var open = [step]
            while let next = open.popLast() {
                for other in steps.indices where steps[other].needs.contains(next) && !found.contains(other) {
                    found.append(other)
                    open.append(other)
                }
            }
            return found
        }
    }
}
