/// All the places in a program that a match may have reached, moved one character at a time.
struct PatternMachine {
    let program: [Pattern.Instruction]
    /// Waiting instructions that take a character.
    private var waiting: [Int] = []
    /// Those that wait for what the next character or the end decides.
    private var pending: [Int] = [0]
    private var stamp: [Int]
    private var generation = 0
    private(set) var isMatched = false
    /// Steps that are left; below zero it is for the caller to stop.
    private(set) var work: Int

    init(program: [Pattern.Instruction], work: Int) {
        self.program = program
        // Even a match that ends at once clears the stamps.
        self.work = work - program.count / 8
        stamp = Array(repeating: 0, count: program.count)
    }

    /// Follows everything that takes no character, from the places reached so far and from the pattern's beginning.
    mutating func start(isFirst: Bool, isLast: Bool) {
        generation += 1
        waiting.removeAll(keepingCapacity: true)
        var stack = pending
        stack.append(0)
        while let place = stack.popLast() {
            guard stamp[place] != generation else { continue }
            stamp[place] = generation
            work -= 1
            switch program[place] {
            case .character: waiting.append(place)
            case .start: if isFirst { stack.append(place + 1) }
            case .end: if isLast { stack.append(place + 1) }
            case .split(let a, let b):
                stack.append(a)
                stack.append(b)
            case .jump(let target): stack.append(target)
            case .match: isMatched = true
            }
        }
    }

    mutating func advance(over scalar: Unicode.Scalar) {
        pending.removeAll(keepingCapacity: true)
        for place in waiting {
            guard case .character(let set) = program[place] else { continue }
            work -= set.ranges.count
            if set.contains(scalar) { pending.append(place + 1) }
        }
    }
}
