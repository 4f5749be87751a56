import Kernel
import Synchronization
import Threads
import Wire
import ZeroMQ

extension Worker {
    /// Works until `stop`, or until the task this runs in is cancelled; then drains and returns. A server that is away is
    /// waited for. Throws when a server refuses what is offered, or speaks something else. Once at a time.
    public func run() async throws(SkaldError) {
        let (jobs, continuation) = AsyncStream.makeStream(of: WorkerLoop.Job.self)
        let post = try start(continuation)
        // Not a child, so that cancelling `run` drains the handlers instead of cancelling them.
        let work = Task { await self.serve(jobs, post) }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            post.post(.stop)
        }
        state.withLock { state in
            state.post = nil
            state.isRunning = false
            state.isStopped = false
        }
        if let error = post.outcome { throw error }
    }

    private func start(_ jobs: AsyncStream<WorkerLoop.Job>.Continuation) throws(SkaldError) -> WorkerPost {
        do {
            let post = try WorkerPost()
            let state = state.withLock { state -> State in
                precondition(!state.isRunning, "this worker runs already")
                state.isRunning = true
                state.post = post
                return state
            }
            if state.isStopped { post.post(.stop) }
            let loop = WorkerLoop(
                endpoint: endpoint, context: context, options: options, offer: offer(state), post: post, jobs: jobs)
            _ = try OwnedThread("skald-worker") { loop.run() }
            return post
        } catch {
            state.withLock { $0.isRunning = false }
            throw .invalid("cannot start the worker's thread: \(error)")
        }
    }

    private func offer(_ state: State) -> Ready {
        Ready(
            actions: state.actions.keys.sorted(), aggregates: state.aggregates.keys.sorted(), credit: Int64(options.credit),
            heartbeatMilliseconds: options.heartbeat.milliseconds, dedupes: options.dedupes,
            schema: state.aggregates.values.map { Int64($0.schema) }.max() ?? 1, limits: options.limits)
    }

    private func serve(_ jobs: AsyncStream<WorkerLoop.Job>, _ post: WorkerPost) async {
        let (actions, aggregates) = state.withLock { ($0.actions, $0.aggregates) }
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                switch job {
                case .cancelAll: group.cancelAll()
                case .run(.action(let task), let arrived):
                    let desk = ActionDesk(handler: actions[task.action], log: options.log)
                    group.addTask {
                        let answer = await desk.answer(task, arrived: arrived) { post.post(.working(task.task)) }
                        post.post(.answered(task.task, answer.encoded))
                    }
                case .run(.decide(let task), _):
                    group.addTask {
                        let answer = AggregateDesk.decide(task, aggregates[task.aggregate.type])
                        post.post(.answered(task.task, answer.encoded))
                    }
                case .run(.fold(let task), _):
                    group.addTask {
                        let answer = AggregateDesk.fold(task, aggregates[task.aggregate.type])
                        post.post(.answered(task.task, answer.encoded))
                    }
                case .run: break
                }
            }
        }
    }
}
