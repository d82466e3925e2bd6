// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributeEvent;
import io.cairn.cluster.attributes.AttributesClient;
import io.cairn.cluster.attributes.AttributesListener;
import io.cairn.cluster.membership.MembershipEvent;
import io.cairn.net.peer.PeerStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is behind {@link Cluster}: turns what membership, the group and the attributes say into
 * events for applications and watchers, and carries messages between applications.
 *
 * <p>The order of its life: {@link #create} before membership and the peer network start; {@link
 * #start} right before membership does; {@link #startupCompleted} when the node has found its group
 * or the time for that is over; {@link #stop} after membership was left and before the peer network
 * is closed.
 *
 * <p>One lock guards the view of the cluster and the order of events. Nothing foreign is called
 * under it but {@link QuorumView}: events are queued under it, and called by other threads.
 */
public final class ClusterRuntime implements Cluster, AutoCloseable {

  private final Object lock = new Object();
  private final ClusterEnvironment environment;
  private final Counters counters = new Counters();
  private final ClusterView view;
  private final Subscribers subscribers;
  private final NodeMessenger messenger;
  private final SlowCallbackWatch slowCallbacks;
  private @Nullable AttributesClient attributes;
  private boolean stopped;

  private ClusterRuntime(ClusterEnvironment environment, ClusterRuntimeSettings settings) {
    this.environment = environment;
    LastSeen lastSeen = new LastSeen(environment.peers(), environment.clock());
    this.view = new ClusterView(environment.membership(), environment.quorum(), lastSeen);
    this.slowCallbacks = new SlowCallbackWatch(settings.slowCallback());
    this.subscribers = new Subscribers(environment, settings, counters, slowCallbacks::stir);
    Inbox inbox = new Inbox(subscribers.recipients(), settings.messaging(), counters);
    this.messenger =
        new NodeMessenger(
            environment.membership().self().nodeId(),
            environment.peers(),
            inbox,
            view::others,
            new NodeMessenger.Shared(settings.messaging(), counters));
    environment.peers().handle(PeerStream.APPLICATION, inbox);
  }

  /**
   * Makes a runtime that listens to membership and takes application messages, and refuses them
   * until it is started and an application is registered.
   */
  public static ClusterRuntime create(
      ClusterEnvironment environment, ClusterRuntimeSettings settings) {
    ClusterRuntime runtime = new ClusterRuntime(environment, settings);
    environment.membership().listener(runtime::membershipChanged);
    return runtime;
  }

  /** Returns what is to be told of each change of the attributes, at any time. */
  public AttributesListener attributesListener() {
    return this::attributesChanged;
  }

  /**
   * Starts the applications.
   *
   * @param client what they read and change attributes with
   * @throws IllegalStateException if it was started or stopped before
   */
  public void start(AttributesClient client) {
    synchronized (lock) {
      if (stopped || attributes != null) {
        throw new IllegalStateException("a cluster runtime starts once");
      }
      attributes = client;
      subscribers.start(messenger, client, view.present());
    }
    subscribers.kick();
    slowCallbacks.start(subscribers::all);
  }

  /**
   * The node's start is completed: the health is reported from now on. Only the first call counts.
   */
  public void startupCompleted() {
    synchronized (lock) {
      publish(view.completeStartup());
    }
    subscribers.kick();
  }

  /** What {@link QuorumView} says may have changed. */
  public void quorumChanged() {
    synchronized (lock) {
      publish(view.reconsider());
    }
    subscribers.kick();
  }

  private void membershipChanged(MembershipEvent event) {
    synchronized (lock) {
      publish(view.apply(event));
    }
    if (event instanceof MembershipEvent.Left left) {
      messenger.left(left.member().nodeId());
    }
    subscribers.kick();
  }

  private void attributesChanged(AttributeEvent event) {
    synchronized (lock) {
      publish(List.of(new ClusterEvent.AttributesChanged(event)));
    }
    subscribers.kick();
  }

  private void publish(List<ClusterEvent> events) {
    if (!stopped) {
      events.forEach(subscribers::publish);
    }
  }

  /**
   * Tells the applications to stop, and waits until they have done so, at most for {@link
   * ClusterRuntimeSettings#stopTimeout}. One that blocks for longer is given up, which is logged.
   * Messages are refused from now on. Idempotent.
   */
  public void stop() {
    synchronized (lock) {
      if (stopped) {
        return;
      }
      stopped = true;
    }
    messenger.stop();
    subscribers.stop();
    slowCallbacks.close();
  }

  /** Stops. */
  @Override
  public void close() {
    stop();
  }

  @Override
  public ClusterNode self() {
    synchronized (lock) {
      return view.node(environment.membership().self());
    }
  }

  @Override
  public List<ClusterNode> nodes() {
    synchronized (lock) {
      return view.nodes();
    }
  }

  @Override
  public ClusterHealth health() {
    synchronized (lock) {
      return view.health();
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException before the start
   */
  @Override
  public AttributesClient attributes() {
    synchronized (lock) {
      if (attributes == null) {
        throw new IllegalStateException("the cluster has not started");
      }
      return attributes;
    }
  }

  @Override
  public Messenger messenger() {
    return messenger;
  }

  @Override
  public void register(ClusterApplication application) {
    registerOn(application, null);
  }

  @Override
  public void register(ClusterApplication application, Executor stage) {
    registerOn(application, stage);
  }

  private void registerOn(ClusterApplication application, @Nullable Executor stage) {
    synchronized (lock) {
      if (stopped) {
        throw new IllegalStateException("the cluster runtime has stopped");
      }
      AttributesClient client = attributes;
      if (client == null) {
        subscribers.later(application, stage);
      } else {
        subscribers.add(
            application, stage, subscribers.greeting(messenger, client, view.present()));
      }
    }
    subscribers.kick();
  }

  @Override
  public Watch watch(Consumer<ClusterEvent> watcher, Runnable ended) {
    Subscriber subscriber;
    synchronized (lock) {
      subscriber = subscribers.watch(watcher, ended);
      if (stopped) {
        subscribers.remove(subscriber);
      }
    }
    return () -> subscribers.remove(subscriber);
  }

  @Override
  public Map<String, Long> figures() {
    return counters.all();
  }

  /** Looks for callbacks that take too long, as is done from time to time. */
  void lookForSlowCallbacks() {
    var _ = slowCallbacks.look();
  }
}
