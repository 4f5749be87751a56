import Kernel
import SagaModel

extension DefinitionBuilder {
    mutating func readRetry(_ node: SourceNode) -> RetryDraft {
        var draft = RetryDraft()
        guard let pairs = object(node, "`retry`") else { return draft }
        checkKeys(pairs, DefinitionKeys.retry, of: "`retry`")
        for pair in pairs { read(pair, into: &draft) }
        if draft.only != nil, let except = node.pair("except") {
            problems.refuse(except.place, "`only` and `except` say the same thing in two ways; keep one")
        }
        if let first = draft.first, let cap = draft.cap, cap < first, let pair = node.pair("cap") {
            problems.refuse(pair.value.place, "`cap` is shorter than `first`")
        }
        return draft
    }

    private mutating func read(_ pair: SourcePair, into draft: inout RetryDraft) {
        switch pair.key {
        case "attempts":
            draft.attempts = readAttempts(pair)
            draft.attemptsPlace = pair.place
        case "first": draft.first = duration(pair, least: 0)
        case "factor": draft.factor = readFactor(pair)
        case "cap": draft.cap = duration(pair, least: 0)
        case "jitter":
            draft.jitter = pair.value.string.flatMap(Retry.Jitter.init(rawValue:))
            if draft.jitter == nil { problems.refuse(pair.value.place, "`jitter` is full or none") }
        case "for":
            draft.total = duration(pair, least: 1)
            draft.totalPlace = pair.place
        case "only": draft.only = codes(pair)
        case "except": draft.except = codes(pair)
        default: break
        }
    }

    private mutating func readAttempts(_ pair: SourcePair) -> RetryDraft.Attempts? {
        if pair.value.string == "forever" { return .forever }
        if case .scalar(.int(let number)) = pair.value.value, (1...Int64(DefinitionLimits.attempts)).contains(number) {
            return .number(Int(number))
        }
        problems.refuse(
            pair.value.place, "`attempts` is a number from 1 to \(DefinitionLimits.attempts), the first one counted, or forever")
        return nil
    }

    private mutating func readFactor(_ pair: SourcePair) -> Double? {
        let value: Double? =
            switch pair.value.value {
            case .scalar(.int(let number)): Double(number)
            case .scalar(.double(let number)): number
            default: nil
            }
        if let value, (1...DefinitionLimits.factor).contains(value) { return value }
        problems.refuse(pair.value.place, "`factor` is a number from 1 to \(Int(DefinitionLimits.factor))")
        return nil
    }
}
