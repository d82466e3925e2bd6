// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.store.PendingWrites.Write;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of each link: pending writes, then a cache bounded by weight, then the index.
 *
 * <p>Why it is never stale: a write leaves the pending map last, after the searcher that shows it
 * is current and after {@link #shown} has put it into the cache. A load that read an older searcher
 * runs inside the cache's own computation for the key, so {@code shown} waits for it and then
 * replaces what it loaded.
 */
final class LatestDocuments {
  private final PartitionRuntime runtime;
  private final PendingWrites pending;
  private final long cacheBytes;
  private volatile Cache<String, DocumentVersion> cache;

  LatestDocuments(PartitionRuntime runtime, long cacheBytes) {
    this.runtime = runtime;
    this.pending = runtime.pending();
    this.cacheBytes = cacheBytes;
    this.cache = emptyCache();
  }

  private Cache<String, DocumentVersion> emptyCache() {
    return Caffeine.newBuilder()
        .maximumWeight(cacheBytes)
        .weigher((String _, DocumentVersion document) -> document.weight())
        .executor(Runnable::run)
        .build();
  }

  /**
   * The current searcher shows something else altogether. Loads that run now end in the cache that
   * is left behind.
   */
  void forgetAll() {
    cache = emptyCache();
  }

  @Nullable DocumentVersion get(String link) {
    Write write = pending.newest(link);
    if (write != null) {
      return write.document();
    }
    DocumentVersion known = cache.getIfPresent(link);
    // Each creation asks for what is not there: that reserves no place in the cache.
    return known != null || !mayBeIndexed(link) ? known : cache.get(link, this::load);
  }

  private boolean mayBeIndexed(String link) {
    try (HeldReader held = runtime.acquire()) {
      return LinkLookup.mayKnow(held.reader(), link, runtime.filters());
    }
  }

  /** The newest version if memory has it; null does not mean that there is none. */
  @Nullable DocumentVersion inMemory(String link) {
    Write write = pending.newest(link);
    return write == null ? cache.getIfPresent(link) : write.document();
  }

  private @Nullable DocumentVersion load(String link) {
    try (HeldReader held = runtime.acquire()) {
      StoredForm.Entry entry = LinkLookup.newest(held.reader(), link, runtime.filters());
      return entry == null ? null : entry.document();
    } catch (IOException e) {
      throw runtime.health().readFailure("reading " + link, e);
    }
  }

  /** The current searcher shows the write now. */
  void shown(Write write) {
    if (write.document() == null) {
      cache.invalidate(write.link());
    } else {
      cache.put(write.link(), write.document());
    }
  }
}
