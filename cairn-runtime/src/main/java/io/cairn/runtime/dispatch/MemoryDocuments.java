// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The documents of a host's factories that live in memory only, for a host that starts anew in the
 * same process and is to go on with them. Thread-safe.
 */
public final class MemoryDocuments {

  private final ServiceHost host;
  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private volatile boolean wanted;
  private volatile List<DocumentVersion> kept = List.of();

  /**
   * Those of one host.
   *
   * @param registry its services, factories among them
   * @param stateful their instances
   */
  public MemoryDocuments(ServiceHost host, ServiceRegistry registry, StatefulServices stateful) {
    this.host = host;
    this.registry = registry;
    this.stateful = stateful;
  }

  /** What became of documents that were to be restored. */
  public record Restored(List<DocumentVersion> done, List<DocumentVersion> left) {}

  /** Has them kept when the host stops; without that, they end with it. */
  public void keepAtStop() {
    wanted = true;
  }

  /** Keeps them, if somebody wants them: all requests are answered, and no service has stopped. */
  public void stopping() {
    if (wanted) {
      kept = all();
    }
  }

  /** Those that the host had when it stopped. */
  public List<DocumentVersion> kept() {
    return kept;
  }

  /** The host's own are left out: query tasks and their like end with the host. */
  private List<DocumentVersion> all() {
    List<DocumentVersion> all = new ArrayList<>();
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (entry instanceof ServiceRegistry.Factory factory
          && !factory.children().documents().isDurable()
          && !factory.link().startsWith(ServiceUriPaths.CORE + "/")) {
        stateful.volatileDocuments(factory.link() + "/").stream()
            .filter(document -> factory.link().equals(UriUtils.getParentPath(document.link())))
            .forEach(all::add);
      }
    }
    return all;
  }

  /**
   * Brings documents back, and their services to life. Returns when all have started, or failed to.
   * Those are left whose factory is not started, keeps its documents elsewhere, or whose service
   * does not start with what the document holds.
   */
  public Restored restore(List<DocumentVersion> documents) {
    List<CompletableFuture<Boolean>> each = documents.stream().map(this::restore).toList();
    List<DocumentVersion> done = new ArrayList<>();
    List<DocumentVersion> left = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      (each.get(i).join() ? done : left).add(documents.get(i));
    }
    return new Restored(done, left);
  }

  private CompletableFuture<Boolean> restore(DocumentVersion document) {
    String link = document.link();
    String parent = UriUtils.getParentPath(link);
    if (parent == null
        || !(registry.find(parent) instanceof ServiceRegistry.Factory factory)
        || factory.children().documents().isDurable()) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Operation post =
        Operation.createPost(UriUtils.buildUri(host, link))
            .setReferer(host.getUri())
            .setCompletion((op, failure) -> done.complete(failure == null));
    stateful.restore(factory.children(), document, post);
    return done;
  }
}
