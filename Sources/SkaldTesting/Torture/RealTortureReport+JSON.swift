package import Kernel
import SagaModel

extension RealTortureReport {
    /// As `--json` prints it.
    package var json: JSON {
        var object = JSONObject()
        object.append("survived", .bool(failure == nil))
        object.append("definition", .string(definition.name))
        object.append("version", .int(Int64(definition.version)))
        object.append("real", true)
        object.append("seed", .int(Int64(clamping: seeds.lowerBound)))
        object.append("seeds", .int(Int64(seeds.count)))
        object.append("runs", .int(Int64(runs)))
        object.append(
            "ends",
            ["completed": .int(Int64(completed)), "compensated": .int(Int64(compensated)), "stuck": .int(Int64(stuck))])
        object.append("alone", .int(Int64(cases[1])))
        object.append("in_pairs", .int(Int64(cases[2])))
        object.append("killed", .int(Int64(killed)))
        object.append("repaired", .int(Int64(repaired)))
        object.append("covered", .array(faults.filter(isMet).map(Self.json)))
        object.append("missed", .array(missed.map(Self.json)))
        object.append("unreached", .array(unreached.map { .string($0) }))
        object.append("undone_once", .array(undoneOnce.map { .string($0) }))
        object.append("skipped_cases", .int(Int64(skippedCases)))
        object.append("failure", failure.map(Self.json) ?? .null)
        return .object(object)
    }

    private static func json(_ fault: RealFault) -> JSON {
        ["step": .string(fault.step), "undo": .bool(fault.isUndo), "fault": .string(fault.kind.rawValue)]
    }

    private static func json(_ failure: RealTortureFailure) -> JSON {
        [
            "what": .string(failure.difference.summary), "expected": .string(failure.difference.expected),
            "actual": .string(failure.difference.actual), "seed": .int(Int64(clamping: failure.seed)),
            "faults": .array(failure.faults.map(json)),
        ]
    }
}
