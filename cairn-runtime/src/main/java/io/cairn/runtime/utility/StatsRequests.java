// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.DocumentKinds;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.UriUtils;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.state.ServiceStats.ServiceStat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Answers {@code /stats}: GET shows, POST sets a value, PATCH adds to one, PUT replaces one or all.
 * Thread-safe.
 */
public final class StatsRequests {
  private final Service service;
  private final StatsKeeper stats;
  private final LongSupplier nowMicros;

  /**
   * Answers for a service.
   *
   * @param nowMicros the time, in microseconds since the epoch
   */
  public StatsRequests(Service service, StatsKeeper stats, LongSupplier nowMicros) {
    this.service = service;
    this.stats = stats;
    this.nowMicros = nowMicros;
  }

  /**
   * Answers a request.
   *
   * @throws IllegalArgumentException if the request makes no sense
   */
  public void handle(Operation op) {
    switch (op.getAction()) {
      case GET -> get(op);
      case POST -> post(op);
      case PATCH -> patch(op);
      case PUT -> put(op);
      case DELETE, OPTIONS -> Operation.failActionNotSupported(op);
    }
  }

  private void get(Operation op) {
    ServiceStats answer = new ServiceStats();
    answer.kind = ServiceStats.KIND;
    answer.documentKind = DocumentKinds.shared().kindOf(ServiceStats.class);
    answer.documentSelfLink = op.getUri().getPath();
    answer.documentOwner = service.getHost().getId();
    answer.documentUpdateTimeMicros = nowMicros.getAsLong();
    answer.entries =
        stats.snapshot(StatsFilter.parse(UriUtils.getODataFilterParamValue(op.getUri())));
    op.setBodyNoCloning(answer).complete();
  }

  private void post(Operation op) {
    ServiceStat sent = op.getBody(ServiceStat.class);
    ServiceStat described = described(sent);
    ServiceStat kept = stats.find(StatsKeeper.nameOf(described));
    if (kept == null) {
      requireRoom();
      stats.set(described, sent.latestValue);
    } else {
      follow(kept, described);
      stats.set(kept, sent.latestValue);
    }
    op.complete();
  }

  private void patch(Operation op) {
    ServiceStat sent = op.getBody(ServiceStat.class);
    ServiceStat described = described(sent);
    ServiceStat kept = stats.find(StatsKeeper.nameOf(described));
    if (kept == null) {
      throw new IllegalArgumentException("there is no statistic named " + described.name);
    }
    follow(kept, described);
    stats.adjust(kept, sent.latestValue);
    op.complete();
  }

  private void put(Operation op) {
    ServiceStats sent = op.getBody(ServiceStats.class);
    String kind = sent.kind;
    if (ServiceStats.KIND.equals(kind)) {
      replaceAll(sent);
    } else if (kind == null || ServiceStat.KIND.equals(kind)) {
      ServiceStat one = op.getBody(ServiceStat.class);
      ServiceStat described = described(one);
      if (stats.find(StatsKeeper.nameOf(described)) == null) {
        requireRoom();
      }
      described.set(one.latestValue, nowMicros.getAsLong());
      stats.replace(described);
    } else {
      throw new IllegalArgumentException(
          "kind must be " + ServiceStats.KIND + " or " + ServiceStat.KIND);
    }
    op.complete();
  }

  private void replaceAll(ServiceStats sent) {
    if (sent.entries == null || sent.entries.size() > StatsKeeper.MAXIMUM_STATS) {
      throw new IllegalArgumentException(
          "entries are required, at most " + StatsKeeper.MAXIMUM_STATS);
    }
    Map<String, ServiceStat> next = new LinkedHashMap<>();
    for (Map.Entry<String, ServiceStat> entry : sent.entries.entrySet()) {
      ServiceStat stat = entry.getValue();
      if (stat.name == null) {
        stat.name = entry.getKey();
      }
      ServiceStat described = StatCopies.described(stat);
      if (RequestCounters.keeps(StatsKeeper.nameOf(described))) {
        continue; // a client that sends back what it read must not freeze the runtime's counts
      }
      described.latestValue = stat.latestValue;
      described.accumulatedValue = stat.accumulatedValue;
      described.version = stat.version;
      described.lastUpdateMicrosUtc =
          stat.lastUpdateMicrosUtc == 0 ? nowMicros.getAsLong() : stat.lastUpdateMicrosUtc;
      next.put(StatsKeeper.nameOf(described), described);
    }
    stats.replaceAll(next);
  }

  /** What the last writer says about a statistic beside its value holds for it. */
  private static void follow(ServiceStat kept, ServiceStat described) {
    synchronized (kept) {
      kept.sourceTimeMicrosUtc = described.sourceTimeMicrosUtc;
      if (described.unit != null) {
        kept.unit = described.unit;
      }
      if (described.serviceReference != null) {
        kept.serviceReference = described.serviceReference;
      }
      if (kept.logHistogram == null) {
        kept.logHistogram = described.logHistogram;
      }
      if (kept.timeSeriesStats == null) {
        kept.timeSeriesStats = described.timeSeriesStats;
      }
    }
  }

  private void requireRoom() {
    if (!stats.hasRoom()) {
      throw new IllegalArgumentException(
          "the service has " + StatsKeeper.MAXIMUM_STATS + " statistics, which is the limit");
    }
  }

  private static ServiceStat described(ServiceStat sent) {
    ServiceStat described = StatCopies.described(sent);
    StatsKeeper.requireOwn(StatsKeeper.nameOf(described));
    return described;
  }
}
