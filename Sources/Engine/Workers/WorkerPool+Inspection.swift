import Kernel

extension WorkerPool {
    func isReady(_ peer: PeerID) -> Bool { workers[peer] != nil }
    func dedupes(_ peer: PeerID) -> Bool { workers[peer]?.offer.dedupes ?? false }
    func schema(_ peer: PeerID) -> Int? { workers[peer]?.offer.schema }

    /// The interval agreed on, in milliseconds; the longest there is for one that is not here.
    func heartbeat(of peer: PeerID) -> Int64 { workers[peer]?.offer.heartbeat ?? EngineLimits.heartbeats.upperBound }
    /// How long it may be silent.
    func silence(of peer: PeerID) -> Int64 { heartbeat(of: peer) * EngineLimits.liveness }

    /// Workers connected.
    var count: Int { workers.count }
    /// Tasks open, those of nobody too.
    var leaseCount: Int { leases.count }
    var orphanCount: Int { orphans.count }
    var credit: Int { credits.reduce(0) { $0 + $1.limit } }
    /// Of the workers connected, in leases and reservations.
    var creditInUse: Int { credits.reduce(0) { $0 + $1.inUse } }

    /// The workers after this number in the order of their numbers, and where the next page begins, if there is one.
    func page(after number: Int?, atMost limit: Int) -> (workers: [JSON], next: Int?) {
        var page = ListPage()
        let peers = workers.keys.map(\.number).filter { $0 > number ?? .min }.sorted()
        for peer in peers {
            if page.views.count >= limit || page.isFull { break }
            page.add(view(PeerID(number: peer)))
        }
        let next = page.views.count < peers.count && !page.views.isEmpty ? peers[page.views.count - 1] : nil
        return (page.views, next)
    }

    private func view(_ peer: PeerID) -> JSON {
        guard let worker = workers[peer] else { return .null }
        let (offer, credit) = (worker.offer, credits[worker.slot])
        return .object(
            JSONObject(uniqueKeysWithValues: [
                ("worker", .int(Int64(peer.number))),
                ("actions", .array(offer.actions.map(JSON.string))),
                ("aggregates", .array(offer.aggregates.map(JSON.string))),
                ("credit", .int(Int64(credit.limit))),
                ("in_use", .int(Int64(credit.inUse))),
                ("tasks", .int(Int64(worker.tasks.count))),
                ("heartbeat_ms", .int(offer.heartbeat)),
                ("dedupes", .bool(offer.dedupes)),
                ("schema", .int(Int64(offer.schema))),
                ("since", .string(worker.since.description)),
                ("heard", .string(worker.heard.description)),
                ("limits", .object(JSONObject(uniqueKeysWithValues: limits(of: offer)))),
            ]))
    }

    private func limits(of offer: WorkerOffer) -> [(String, JSON)] {
        offer.actions.compactMap { action in
            offer.limits[action].map { limit in
                (
                    action,
                    [
                        "concurrent": .optional(limit.concurrent.map(Int64.init)),
                        "per_second": limit.perSecond.map(JSON.double) ?? .null,
                    ]
                )
            }
        }
    }
}
