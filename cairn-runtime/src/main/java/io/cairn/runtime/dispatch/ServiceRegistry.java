// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.service.FactoryService;
import io.cairn.service.StatefulService.RoutesBelow;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.Links;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is started at which path, apart from the children of factories, of which there may be
 * millions: those are found through their factory. Thread-safe.
 */
public final class ServiceRegistry {

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<String> stopped = new ConcurrentSkipListSet<>();
  private final ConcurrentSkipListMap<String, Entry> namespaces = new ConcurrentSkipListMap<>();

  private final AtomicLong revision = new AtomicLong();
  private final String nodeId;
  private volatile boolean streams;
  private volatile boolean routedDocuments;

  /** A registry of a node, whose id those hear who ask it through others. */
  public ServiceRegistry(String nodeId) {
    this.nodeId = nodeId;
  }

  /** Something that is started at a path. */
  public sealed interface Entry {
    /** The self link. */
    String link();
  }

  /**
   * A service without state.
   *
   * @param owners the documents whose owner of the same link runs it, if it has {@code
   *     OWNER_SELECTION}; null if every node runs it
   */
  public record Stateless(String link, StatelessService service, @Nullable DocumentStorage owners)
      implements Entry {}

  /** A factory, and what its children are. */
  public record Factory(String link, FactoryService service, ServiceType children)
      implements Entry {}

  /** A stateful service that no factory made. */
  public record Singleton(String link, ServiceType type) implements Entry {}

  /**
   * Adds an entry.
   *
   * @return whether the path was free
   */
  public boolean add(Entry entry, boolean ownsNamespace) {
    boolean added = entries.putIfAbsent(entry.link(), entry) == null;
    if (added) {
      stopped.remove(entry.link());
    }
    if (added && entry instanceof Stateless stateless && stateless.service().hasStreams()) {
      streams = true;
    }
    if (added && isRouted(entry)) {
      routedDocuments = true;
    }
    if (added && ownsNamespace) {
      namespaces.put(entry.link(), entry);
    }
    revision.incrementAndGet();
    return added;
  }

  /** Whether a service that reads bodies as they arrive was ever started. */
  public boolean hasStreams() {
    return streams;
  }

  /**
   * A route below a document.
   *
   * @param type of the document
   * @param link of the document, whether it exists or not
   * @param routes those of the document's service
   * @param path the decoded segments behind the link
   */
  public record Routed(ServiceType type, String link, RoutesBelow<?> routes, List<String> path) {}

  private static boolean isRouted(Entry entry) {
    return switch (entry) {
      case Factory factory -> factory.children().model().routes() != null;
      case Singleton singleton -> singleton.type().model().routes() != null;
      case Stateless _ -> false;
    };
  }

  /** The route of a path at which nothing is started; null if no route of a document fits it. */
  public @Nullable Routed findRoute(String path, String rawPath) {
    if (!routedDocuments) {
      return null;
    }
    int end = path.lastIndexOf('/');
    while (end > 0) {
      Entry entry = entries.get(path.substring(0, end));
      if (entry != null) {
        int child = path.indexOf('/', end + 1);
        return switch (entry) {
          case Factory factory when child > 0 ->
              routed(factory.children(), path.substring(0, child), rawPath);
          case Singleton singleton -> routed(singleton.type(), singleton.link(), rawPath);
          case Factory _, Stateless _ -> null;
        };
      }
      end = path.lastIndexOf('/', end - 1);
    }
    return null;
  }

  private static @Nullable Routed routed(ServiceType type, String link, String rawPath) {
    RoutesBelow<?> routes = type.model().routes();
    List<String> below = routes == null ? List.of() : Links.below(link, rawPath);
    return routes == null || below.isEmpty() || routes.verbs(below).isEmpty()
        ? null
        : new Routed(type, link, routes, below);
  }

  /** Removes whatever is at a path. */
  public @Nullable Entry remove(String link) {
    namespaces.remove(link);
    Entry removed = entries.remove(link);
    revision.incrementAndGet();
    return removed;
  }

  /** Grows with each change, after it can be seen. */
  public long revision() {
    return revision.get();
  }

  /**
   * Removes what is at a path because somebody outside asked for it: others go on to expect it
   * here, and are told why it does not answer.
   */
  public void stopByRequest(String link) {
    stopped.add(link);
    remove(link);
  }

  /** Says that the service of a link was stopped by a request, and what to do. */
  public String stoppedSentence(String link) {
    return "%s was stopped on node %s by a request. Start that host again, and it serves it again"
        .formatted(link, nodeId);
  }

  /** The links of what was stopped by requests. */
  public Collection<String> stoppedByRequest() {
    return stopped;
  }

  /** The service that served a path, itself or through a parent, if a request has stopped it. */
  public @Nullable String stoppedByRequest(String path) {
    if (stopped.isEmpty()) {
      return null;
    }
    String parent = path;
    while (!parent.isEmpty() && !stopped.contains(parent)) {
      parent = parent.substring(0, Math.max(0, parent.lastIndexOf('/')));
    }
    return parent.isEmpty() ? null : parent;
  }

  /** What is started at exactly this path. */
  public @Nullable Entry find(String path) {
    return entries.get(path);
  }

  /** The service that owns all paths below its own, for the longest own path that fits. */
  public @Nullable Entry findNamespace(String path) {
    if (namespaces.isEmpty()) {
      return null;
    }
    String prefix = path;
    while (true) {
      Entry entry = namespaces.get(prefix);
      if (entry != null) {
        return entry;
      }
      int slash = prefix.lastIndexOf('/');
      if (slash <= 0) {
        return null;
      }
      prefix = prefix.substring(0, slash);
    }
  }

  /** Everything that is started; weakly consistent. */
  public Collection<Entry> all() {
    return entries.values();
  }
}
