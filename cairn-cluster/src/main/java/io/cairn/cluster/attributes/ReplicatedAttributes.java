// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static io.cairn.cluster.attributes.AttributesCommitter.NOTHING_MORE;

import io.cairn.wire.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attributes of one node, which it shares with the others: a map that converges whatever the
 * order of messages.
 *
 * <p>Every set and every attribute has one entry, which says what it is or that it was removed, and
 * at which hybrid logical time and on which node that was decided. Of two entries the later wins. A
 * set is there if its own entry says so or one of its attributes is there. A change is sent to all
 * live nodes at once, and again to those that do not confirm it. Beside that each node compares
 * what it has with one other at a time: with each that joins, and with any every digest interval.
 *
 * <p>A removal is remembered as a tombstone for its lifetime and at least until all other nodes
 * have it, and then forgotten; but of each bucket of keys the time of the latest that was forgotten
 * is kept. What an unknown key has that is not younger is refused and removed on the node where it
 * comes from: it was separated for longer than the lifetime, and loses what it did not tell the
 * others before. A node that knows nothing accepts all.
 *
 * <p>With a directory a change is accepted, and one of another node confirmed, when it is on disk.
 * If the disk fails, changes are refused with an {@link java.io.UncheckedIOException} until the
 * node is started anew; one that was refused while it was being written may be there then. Without
 * a directory a node that restarts gets all from the others.
 *
 * <p>Safe for all threads. Changes must not be asked for from within a listener.
 */
public final class ReplicatedAttributes implements AttributesClient, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicatedAttributes.class);

  private final AttributesSettings settings;
  private final AttributesTransport transport;
  private final AttributesEnvironment environment;
  private final Journal journal;
  private final EntryStore store;
  private final Changes changes;
  private final AttributesCommitter committer;
  private final Sender sender;
  private final Redistribution redistribution;
  private final Tombstones tombstones;
  private final Exchanges exchanges;
  private final Comparison comparison;
  private final Nodes nodes;
  private final AttributesInbox inbox;
  private final List<AttributesListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile Phase phase = Phase.NEW;

  /** When the next comparison with any node is due. Guarded by the committer's lock. */
  private long nextDigest;

  /**
   * Tells the alarm that counts from those that were overtaken. Guarded by the committer's lock.
   */
  private long alarm;

  private OptionalLong alarmAt = OptionalLong.empty();

  private enum Phase {
    NEW,
    RUNNING,
    CLOSED
  }

  private ReplicatedAttributes(
      String nodeId,
      AttributesSettings settings,
      AttributesTransport transport,
      AttributesEnvironment environment,
      EntryStore store,
      Journal journal) {
    this.settings = settings;
    this.transport = transport;
    this.environment = environment;
    this.store = store;
    this.journal = journal;
    nodes = new Nodes(nodeId);
    changes = new Changes(nodeId, settings, environment.clock());
    sender = new Sender(transport, settings.maxMessageBytes(), () -> phase == Phase.RUNNING);
    redistribution = new Redistribution(settings, sender);
    tombstones = new Tombstones(store, settings.tombstoneLifetime().toNanos());
    exchanges = new Exchanges(settings.redistributionInterval().toNanos());
    int maxItems = (settings.maxMessageBytes() - 64) / AttributesMessageCodec.PER_ITEM;
    comparison = new Comparison(store, tombstones, maxItems);
    inbox =
        new AttributesInbox(
            new AttributesInbox.AttributesContext(
                nodes, comparison, exchanges, redistribution, sender),
            environment);
    // Others may have added as many at the same time: there is room for what they say.
    int maxMerged = (int) Math.min(Integer.MAX_VALUE, 2L * settings.maxEntries());
    committer =
        new AttributesCommitter(
            () -> new AttributesDraft(store, nodeId, maxMerged),
            store,
            journal,
            environment,
            this::report,
            this::afterwards);
  }

  /**
   * Takes up what the node kept, if it keeps attributes. Nothing is sent before {@link #start}.
   *
   * @param nodeId the node's stable id, the same after a restart
   * @throws IOException if what was kept cannot be read; says which file and what to do
   */
  public static ReplicatedAttributes open(
      String nodeId,
      AttributesSettings settings,
      AttributesTransport transport,
      AttributesEnvironment environment)
      throws IOException {
    EntryKey.checkName("a node", nodeId);
    EntryStore store = new EntryStore();
    Path directory = settings.directory();
    Journal journal = Journal.none();
    if (directory != null) {
      long now = environment.nanoTime().getAsLong();
      journal = DiskJournal.open(directory, environment.files(), environment.random(), store, now);
    }
    store.forEach(entry -> environment.clock().observe(entry.version().micros()));
    for (int bucket = 0; bucket < EntryStore.BUCKETS; bucket++) {
      environment.clock().observe(store.horizon(bucket));
    }
    return new ReplicatedAttributes(nodeId, settings, transport, environment, store, journal);
  }

  /** Adds who hears what changes. To be called before {@link #start}. */
  public void listener(AttributesListener listener) {
    listeners.add(listener);
  }

  /**
   * Reports what was kept as events and begins to talk to others. Changes are refused before with
   * an {@link IllegalStateException}; nodes may be reported before.
   */
  public void start() {
    transport.receiver(this::receive);
    committer.run(this::begin);
  }

  private Consumer<AttributesOutbox> begin(AttributesDraft draft) {
    if (phase != Phase.NEW) {
      throw new IllegalStateException("attributes are started once");
    }
    for (AttributeSet set : store.all()) {
      report(new AttributeEvent.SetCreated(set.name()));
      set.all().forEach(attribute -> report(new AttributeEvent.Added(set.name(), attribute)));
    }
    long interval = settings.digestInterval().toNanos();
    nextDigest = now() + 1 + (long) (interval * environment.random().nextDouble());
    phase = Phase.RUNNING;
    return NOTHING_MORE;
  }

  /**
   * Takes note that a node is live, and compares with it soon. Nothing for this node itself, or if
   * that launch is known as live. Never blocks.
   *
   * @param launchId differs after each restart of the node
   */
  public void joined(String nodeId, String launchId) {
    committer.post(
        draft ->
            nodes.joined(nodeId, launchId)
                ? outbox -> {
                  gone(nodeId, outbox);
                  tombstones.joined(nodeId);
                  exchanges.ask(nodeId, now() + hesitation());
                }
                : NOTHING_MORE);
  }

  /**
   * Who knows nothing asks at once. Others wait a little: most likely the node that joined asks
   * them, or has asked another meanwhile.
   */
  private long hesitation() {
    long interval = settings.redistributionInterval().toNanos();
    return store.size() == 0 ? 0 : (long) (interval * environment.random().nextDouble());
  }

  /** Takes note that a node is gone: nothing for a launch that is not the latest. Never blocks. */
  public void left(String nodeId, String launchId) {
    committer.post(
        draft -> nodes.left(nodeId, launchId) ? outbox -> gone(nodeId, outbox) : NOTHING_MORE);
  }

  private void gone(String nodeId, AttributesOutbox outbox) {
    redistribution.left(nodeId, outbox);
    exchanges.left(nodeId);
    tombstones.left(nodeId, now());
  }

  @Override
  public AttributeChange add(String set, String attribute, Object value) {
    Attribute<?> added = Changes.attribute(set, attribute, value);
    return change(draft -> changes.add(draft, set, added));
  }

  @Override
  public AttributeChange replace(String set, String attribute, Object value) {
    Attribute<?> replacement = Changes.attribute(set, attribute, value);
    return change(draft -> changes.replace(draft, set, replacement));
  }

  @Override
  public AttributeChange remove(String set, String attribute) {
    Changes.check(set, attribute);
    return change(draft -> changes.remove(draft, set, attribute));
  }

  @Override
  public AttributeChange removeAll(String set) {
    EntryKey.checkName("a set", set);
    return change(draft -> changes.removeAll(draft, set));
  }

  private AttributeChange change(Function<AttributesDraft, List<AttributeEntry>> decision) {
    if (phase != Phase.RUNNING) {
      throw new IllegalStateException("attributes cannot be changed: this node is not running");
    }
    LocalChange change = new LocalChange(decision, this::accepted);
    committer.run(change);
    return change.result();
  }

  private AttributeChange accepted(List<AttributeEntry> entries, AttributesOutbox outbox) {
    if (entries.isEmpty()) {
      Confirmation nothing = new Confirmation(Set.of(), Set.of());
      return new AttributeChange(false, CompletableFuture.completedFuture(nothing));
    }
    return new AttributeChange(
        true, redistribution.distribute(entries, nodes.live(), now(), outbox));
  }

  @Override
  public Collection<AttributeSet> all() {
    return store.all();
  }

  @Override
  public AttributeSet allOf(String set) {
    return store.allOf(set);
  }

  @Override
  public Attribute<?> attribute(String set, String attribute) {
    return store.attribute(set, attribute);
  }

  private void receive(String from, byte[] bytes) {
    if (phase != Phase.RUNNING) {
      return;
    }
    received.incrementAndGet();
    AttributesMessage message;
    try {
      message = decode(bytes);
    } catch (MalformedException e) {
      malformed.incrementAndGet();
      LOG.debug("A message of {} is malformed: {}", from, e.getMessage());
      return;
    }
    if (!committer.offer(inbox.operation(from, message))) {
      dropped.incrementAndGet();
    }
  }

  private AttributesMessage decode(byte[] bytes) {
    MalformedException.require(bytes.length <= AttributesMessageCodec.MAX_BYTES, "its size");
    AttributesMessage message = AttributesMessageCodec.decode(bytes);
    if (message instanceof AttributesMessage.Entries entries) {
      int most =
          settings.maxMessageBytes()
              - AttributesMessageCodec.OVERHEAD
              - AttributesMessageCodec.PER_ENTRY;
      for (AttributeEntry entry : entries.entries()) {
        MalformedException.require(entry.encoded().length <= most, "the size of an entry");
      }
    }
    return message;
  }

  private void report(AttributeEvent event) {
    for (AttributesListener listener : listeners) {
      try {
        listener.onEvent(event);
      } catch (RuntimeException e) {
        LOG.error("A listener failed at {}", event, e);
      }
    }
  }

  /**
   * Begins a comparison that is due, and sees to it that this node wakes up for what comes next.
   */
  private void afterwards(AttributesOutbox outbox) {
    if (phase != Phase.RUNNING) {
      return;
    }
    String partner = exchanges.next(now());
    if (partner != null) {
      sender.send(partner, comparison.digest(), outbox);
    }
    long next = nextDigest;
    next = earlier(next, redistribution.due());
    next = earlier(next, exchanges.due());
    if (alarmAt.isEmpty() || next - alarmAt.getAsLong() < 0) {
      long id = ++alarm;
      alarmAt = OptionalLong.of(next);
      environment.timer().schedule(() -> wake(id), Math.max(0, next - now()));
    }
  }

  private static long earlier(long time, OptionalLong other) {
    return other.isPresent() && other.getAsLong() - time < 0 ? other.getAsLong() : time;
  }

  private void wake(long id) {
    committer.post(
        draft -> {
          if (id != alarm) {
            return NOTHING_MORE;
          }
          alarmAt = OptionalLong.empty();
          if (nextDigest - now() <= 0) {
            askAnybody();
            tombstones.purge(now(), draft);
          }
          return outbox -> redistribution.tick(now(), outbox);
        });
  }

  private void askAnybody() {
    nextDigest = now() + settings.digestInterval().toNanos();
    List<String> live = List.copyOf(nodes.live());
    if (!live.isEmpty()) {
      exchanges.ask(live.get(environment.random().nextInt(live.size())), now());
    }
  }

  private long now() {
    return environment.nanoTime().getAsLong();
  }

  /**
   * Returns counts: {@code entries} (attributes and sets), {@code tombstones} and {@code pending}
   * changes at present; since the start messages {@code sent}, {@code received}, {@code malformed}
   * and {@code dropped} because too many waited, tombstones {@code purged}, and entries {@code
   * refused} as removed long ago or {@code overflowed} for want of room.
   */
  public Map<String, Long> figures() {
    Map<String, Long> figures = new TreeMap<>();
    figures.put("entries", (long) store.size() - store.dead());
    figures.put("tombstones", (long) store.dead());
    figures.put("pending", (long) redistribution.size());
    figures.put("sent", sender.sent());
    figures.put("received", received.get());
    figures.put("malformed", malformed.get());
    figures.put("dropped", dropped.get());
    figures.put("purged", tombstones.purged());
    figures.put("refused", inbox.refused());
    figures.put("overflowed", inbox.overflowed());
    return figures;
  }

  /** Stops: confirmations not there yet are cancelled, and changes refused. Takes effect once. */
  @Override
  public void close() {
    AttributesOutbox outbox = new AttributesOutbox();
    committer.close(
        () -> {
          phase = Phase.CLOSED;
          redistribution.cancel(outbox);
          try {
            journal.close();
          } catch (IOException e) {
            LOG.warn("The journal of attributes was not closed", e);
          }
        });
    outbox.run();
  }

  /** Returns all entries as they are, for tests. */
  EntryStore store() {
    return store;
  }
}
