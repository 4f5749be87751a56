import Engine
import EventLog
import Glibc
import Kernel
import Wire

/// `server.info`: who this is, what it holds, its limits and counters.
extension FrontDoor {
    /// As things stood when the first of a batch asked: nothing is committed within one, and a flood of them costs little.
    func serverInfo(_ request: OperationRequest) -> Answer {
        do { _ = try Arguments(request) } catch { return .fault(error) }
        let body = info ?? describe().bytes
        info = body
        return .answer(body)
    }

    private func describe() -> JSON {
        var info = JSONObject()
        info.append("name", .string(configuration.name))
        info.append("version", .string(configuration.version))
        info.append("protocol", .string(Frame.version))
        info.append("started", .string(started.description))
        info.append("pid", .int(Int64(getpid())))
        info.append("data", .optional(configuration.data))
        info.append("retention_ms", .int(queries.retention))
        let space = queries.log.space
        info.append("read_only", .bool(space == .red))
        info.append("space", .string("\(space)"))
        info.append("store", .string(queries.log.identity.uuid))
        info.append("epoch", .int(Int64(engine.epoch)))
        info.append("position", (try? queries.log.read { .int(Int64($0.head.position)) }) ?? .null)
        info.append("aggregates", .array(queries.library.registry.types.map { .string($0) }))
        info.append("remote_aggregates", .array(queries.library.remoteTypes.map { .string($0) }))
        info.append("sagas", engine.sagaCounts.json)
        info.append("workers", engine.workerUse.json)
        info.append("waiting", .int(Int64(waiters.count)))
        var counts = counters
        counts.unread = outbox.dropped
        info.append("counters", counts.json)
        info.append("memory", engine.memory.json)
        info.append("limits", Self.limits)
        return .object(info)
    }

    private static let limits: JSON = [
        "header_bytes": .int(Int64(WireLimits.header)), "body_bytes": .int(Int64(WireLimits.body)),
        "frame_bytes": .int(Int64(WireLimits.frame)), "in_flight": .int(Int64(ServerLimits.inFlight)),
        "unread_bytes": .int(Int64(ServerLimits.backlogBytes)), "reads": .int(Int64(ServerLimits.queriesPerPeer)),
        "wait_ms": .int(Int64(ServerLimits.longestWait)), "steps_per_turn": .int(Int64(EngineLimits.stepsPerTurn)),
        "events_per_command": .int(Int64(EngineLimits.eventsPerCommand)),
    ]
}

extension MemoryUse {
    /// In estimated bytes.
    var json: JSON {
        [
            "budget_bytes": .int(Int64(budget)), "held_bytes": .int(Int64(held)), "aggregates": aggregates.json,
            "sagas": sagas.json,
            "remote_aggregates": remoteAggregates.json, "rotations": .int(Int64(clamping: rotations)),
        ]
    }
}

extension SagaCounts {
    fileprivate var json: JSON {
        ["running": .int(Int64(running)), "compensating": .int(Int64(compensating)), "stuck": .int(Int64(stuck))]
    }
}

extension WorkerUse {
    fileprivate var json: JSON { ["connected": .int(Int64(connected)), "tasks": .int(Int64(tasks))] }
}

extension MemoryUse.Share {
    fileprivate var json: JSON { ["count": .int(Int64(count)), "bytes": .int(Int64(bytes))] }
}
