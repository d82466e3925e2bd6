// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.HybridClock;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stateful services of a host: takes each request to the instance that it is for, in the order
 * that the service's options ask for. Thread-safe.
 */
public final class StatefulServices {

  private final InstanceTable table;
  private final Activation activation;
  private final UpdatePipeline updates;
  private final CreatePipeline creates;
  private final ReadRouter router;
  private final InstanceAccess access;
  private final RequestTracking tracking;
  private final ExpirePipeline expiry;
  private final StateWriter writer;

  /**
   * The bounds of what stays in memory.
   *
   * @param idleDelay how long an idle instance is kept
   * @param maximumIdle how many are kept at most
   */
  public record Bounds(Duration idleDelay, long maximumIdle) {}

  /**
   * The clocks of the host.
   *
   * @param updates gives each update a later time than the one before
   * @param nowMicros the wall clock, for expiration
   * @param deadlines has an operation fail when it takes too long
   */
  public record Time(HybridClock updates, LongSupplier nowMicros, Consumer<Operation> deadlines) {}

  /**
   * Creates the runtime of a host's stateful services.
   *
   * @param host what instances are attached to
   * @param hostId the owner that new versions name
   * @param time the clocks
   * @param handlers runs author's code, each task on a thread of its own
   * @param listener told of each committed change
   * @param bounds what stays in memory
   */
  public StatefulServices(
      ServiceHost host,
      String hostId,
      Time time,
      Executor handlers,
      CommitListener listener,
      Bounds bounds) {
    this.writer = new StateWriter(hostId, time.updates(), time.nowMicros());
    this.activation = new Activation(host, time.deadlines());
    Committer committer = new Committer(handlers, listener);
    this.updates = new UpdatePipeline(activation, writer, committer);
    this.creates = new CreatePipeline(activation, writer, committer, updates);
    this.expiry = new ExpirePipeline(host, activation, writer);
    this.table =
        new InstanceTable(bounds.idleDelay(), bounds.maximumIdle(), handlers, this::released);
    this.access = new InstanceAccess(table, activation, writer, handlers);
    this.tracking = new RequestTracking(table);
    this.router = new ReadRouter(table, access, tracking, new ReadPipeline(writer), handlers);
  }

  /**
   * The stored bytes that a plain GET of a link answers with, if that can be told without waiting.
   *
   * @param path the self link
   * @return the current version, or null if the request has to go the long way
   */
  public @Nullable DocumentVersion hotRead(String path) {
    StatefulInstance instance = table.find(path);
    if (instance == null || !instance.model().plainGet()) {
      return null;
    }
    DocumentVersion state = instance.state();
    StatefulService service = instance.service();
    if (state == null
        || service == null
        || !StatefulInstance.isAlive(state, writer.now())
        || !instance.isCurrent()) {
      return null;
    }
    if (service.hasOption(ServiceOption.INSTRUMENTATION)) {
      service.getUtilityService().recordRequest(Action.GET, 0);
    }
    return state;
  }

  /** Takes a request to an instance. */
  public void handle(ServiceType type, String link, Operation op) {
    if (op.getAction() == Action.GET) {
      router.get(type, link, op);
    } else if (op.getAction() == Action.OPTIONS) {
      router.options(type, link, op);
    } else if (op.getAction() == Action.DELETE
        && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE)) {
      access.submit(
          type, link, new OperationWork(link, op, (instance, done) -> stop(instance, op, done)));
    } else if (type.model().has(ServiceOption.CONCURRENT_UPDATE_HANDLING)
        && op.getAction() != Action.DELETE) {
      updateConcurrently(type, link, op);
    } else {
      tracking.track(type, link, op);
      access.submit(
          type,
          link,
          new OperationWork(link, op, (instance, done) -> updates.run(instance, op, done)));
    }
  }

  private void updateConcurrently(ServiceType type, String link, Operation op) {
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          tracking.track(type, link, op);
          updates.runConcurrently(instance, service, op, work -> access.submit(type, link, work));
        });
  }

  /** Creates a child of a factory, or updates it if the factory is idempotent. */
  public void create(ServiceType type, String link, Operation post) {
    access.submit(
        type,
        link,
        new OperationWork(link, post, (instance, done) -> creates.run(instance, post, null, done)));
  }

  /** Starts a service object that the host was given: loads its state, or creates it. */
  public void start(ServiceType type, String link, StatefulService service, Operation post) {
    access.submit(
        type,
        link,
        new OperationWork(
            link,
            post,
            (instance, done) -> {
              DocumentVersion known = instance.load();
              if (known == null || !StatefulInstance.isAlive(known, writer.now())) {
                creates.run(instance, post, service, done);
              } else if (instance.service() != null) {
                // Another node has started the same service, of which this one runs the document.
                post.setBodyNoCloning(known.json()).complete();
                done.run();
              } else {
                resume(instance, service, known, post, done);
              }
            }));
  }

  /** Makes sure that an existing document's service runs; for maintenance and resumed tasks. */
  public void wake(ServiceType type, String link) {
    Operation ignored = Operation.createGet(java.net.URI.create(link));
    withService(type, link, ignored, awake -> {});
  }

  /** Ends a document whose time has come. */
  public void expire(ServiceType type, String link) {
    access.submit(type, link, new SilentWork((instance, done) -> expiry.run(instance, done)));
  }

  /**
   * The log has changed a document otherwise than by a request to this host, as when the documents
   * of two groups are merged: what is known of it is out of date.
   */
  public void changedElsewhere(String link) {
    StatefulInstance instance = table.find(link);
    if (instance != null) {
      instance.changedElsewhere();
    }
  }

  /** Stops the services of documents that this node does not own any more, or owns anew. */
  public void dropStale() {
    for (StatefulInstance instance : table.everything()) {
      if (instance.service() != null && !instance.isCurrent()) {
        table.submitTo(
            instance,
            new SilentWork(
                (same, done) -> {
                  if (same.isCurrent()) {
                    done.run();
                  } else {
                    activation.leave(same, done);
                  }
                }));
      }
    }
  }

  /** Ends those documents that live only in memory and have expired. */
  public void expireVolatile(long nowMicros) {
    for (StatefulInstance instance : table.residents()) {
      DocumentVersion state = instance.state();
      if (!instance.documents().isDurable() && state != null && state.isExpiredAt(nowMicros)) {
        table.submitTo(instance, new SilentWork(expiry::run));
      }
    }
  }

  /** The running service of a link, if there is one. */
  public @Nullable StatefulService find(String link) {
    StatefulInstance instance = table.find(link);
    return instance == null ? null : instance.service();
  }

  /** The committed state of a link that is in memory and alive, or null. */
  public @Nullable DocumentVersion stateInMemory(String link) {
    StatefulInstance instance = table.find(link);
    return instance != null && instance.isAlive(writer.now()) ? instance.state() : null;
  }

  /** The links of living documents below a prefix that are kept in memory only. */
  public List<DocumentVersion> volatileDocuments(String prefix) {
    List<DocumentVersion> found = new ArrayList<>();
    for (StatefulInstance instance : table.workingAndResidents()) {
      DocumentVersion state = instance.state();
      if (state != null
          && instance.link().startsWith(prefix)
          && StatefulInstance.isAlive(state, writer.now())) {
        found.add(state);
      }
    }
    return found;
  }

  /**
   * Runs something with the running service of a document, starting it if needed.
   *
   * @param op failed if there is no such document or it does not start
   */
  public void withService(
      ServiceType type, String link, Operation op, Consumer<StatefulService> action) {
    access.withInstance(type, link, op, (instance, service) -> action.accept(service));
  }

  /** How many instances are in memory, roughly. */
  public long count() {
    return table.count();
  }

  /** Runs the stop handlers of all services in memory. */
  public void stopAll(Runnable then) {
    List<StatefulInstance> running = new ArrayList<>();
    table.everything().forEach(running::add);
    java.util.concurrent.atomic.AtomicInteger left =
        new java.util.concurrent.atomic.AtomicInteger(running.size() + 1);
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            then.run();
          }
        };
    for (StatefulInstance instance : running) {
      boolean taken =
          table.submitTo(
              instance,
              new SilentWork(
                  (same, done) ->
                      activation.stop(
                          same,
                          () -> {
                            done.run();
                            one.run();
                          })));
      if (!taken) {
        one.run();
      }
    }
    one.run();
  }

  // Life cycle

  private void resume(
      StatefulInstance instance,
      StatefulService service,
      DocumentVersion known,
      Operation post,
      Runnable done) {
    activation.attach(service, instance);
    activation.resume(
        instance,
        service,
        known,
        (started, failure) -> {
          if (failure != null) {
            post.fail(failure);
          } else {
            post.setBodyNoCloning(known.json()).complete();
          }
          done.run();
        });
  }

  private void stop(StatefulInstance instance, Operation op, Runnable done) {
    DocumentVersion known = instance.load();
    if (known == null || !StatefulInstance.isAlive(known, writer.now())) {
      DocumentFailures.absent(op, known);
      done.run();
      return;
    }
    activation.stop(
        instance,
        () -> {
          if (!instance.documents().isDurable()) {
            instance.committed(null);
          }
          op.complete();
          done.run();
        });
  }

  /** An instance left memory because it idled: its stop handler runs, if the author wrote one. */
  private void released(StatefulInstance instance) {
    if (instance.service() != null && instance.model().overridesStop() && table.isIdle(instance)) {
      table.submitTo(instance, new SilentWork(activation::stop));
    }
  }
}
