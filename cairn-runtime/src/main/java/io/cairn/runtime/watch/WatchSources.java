// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.watch.Watch.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The partitions that one client watches, and up to where it has heard. For one thread. */
final class WatchSources {

  private final PartitionFeeds feeds;
  private final String self;
  private final Supplier<List<PartitionedStorage>> storages;
  private final WatchFilter filter;
  private final List<Source> all = new ArrayList<>();

  /**
   * A partition.
   *
   * @param storage the documents that it is a part of
   * @param set names these documents and their history
   * @param isOwn whether no other node has these documents
   */
  record Place(PartitionedStorage storage, long set, int number, boolean isOwn) {}

  /**
   * Partitions of some documents.
   *
   * @param storages where the documents are; may change as selectors come into use
   */
  WatchSources(
      PartitionFeeds feeds,
      String self,
      Supplier<List<PartitionedStorage>> storages,
      WatchFilter filter) {
    this.feeds = feeds;
    this.self = self;
    this.storages = storages;
    this.filter = filter;
  }

  List<Source> all() {
    return all;
  }

  /**
   * Finds out where to begin: where the token says, or where each partition stands. Blocks.
   *
   * @throws NotServedException if a partition cannot be reached at the moment
   * @throws TokenOfOthersException if the token has nothing to do with these documents
   */
  void begin(WatchRequest request) {
    List<Place> places = places();
    if (places.isEmpty()) {
      throw new NotServedException(
          storages.get().stream()
              .flatMap(storage -> storage.obstacles().stream())
              .distinct()
              .collect(Collectors.joining("; ")));
    }
    ResumeToken token = request.token();
    if (token != null && places.stream().noneMatch(place -> token.sets().contains(place.set()))) {
      throw new TokenOfOthersException(
          "The last event id is of other documents, or of a group that these are not in (any more)");
    }
    for (Place place : places) {
      long standing = standing(place, request.consistent());
      all.add(new Source(place, filter, token == null ? standing : from(token, place, standing)));
    }
  }

  private static long from(ResumeToken token, Place place, long standing) {
    Long index = token.index(place.set(), place.number());
    if (index != null && index > standing) {
      throw new TokenOfOthersException(
          "The last event id is ahead of what the group of these documents has: it is of a history"
              + " that this group does not share, as before a restored backup");
    }
    if (index == null && token.sets().contains(place.set())) {
      throw new TokenOfOthersException(
          "The last event id is of a feed over fewer documents than this one");
    }
    if (index == null) {
      // Nobody else can tell of a node's own documents; a selector had no documents yet.
      return place.isOwn() ? standing : 0;
    }
    return index;
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (PartitionedStorage storage : storages.get()) {
      if (filter.scope() == WatchFilter.Scope.LINK) {
        Partition partition = storage.partition(filter.name());
        if (partition != null) {
          places.add(place(storage, partition));
        }
      } else {
        storage.partitions().forEach(partition -> places.add(place(storage, partition)));
      }
    }
    return places;
  }

  private Place place(PartitionedStorage storage, Partition partition) {
    PartitionId id = partition.id();
    String owner = id.uid().isEmpty() ? self : id.uid();
    long set = ResumeToken.setOf(id.group() + "@" + owner + "/" + id.selector());
    return new Place(storage, set, id.number(), id.uid().isEmpty());
  }

  /**
   * Takes in partitions that have come into being, from their beginning. If others have taken the
   * place of some, as when this host has joined a group, goes on with those from where they stand.
   *
   * @return those whose place was taken
   */
  List<Source> refresh() {
    List<Place> present = places();
    if (present.isEmpty()) {
      return List.of(); // between two groups
    }
    Set<Place> known = new HashSet<>(present);
    List<Source> gone = all.stream().filter(source -> !known.contains(source.place())).toList();
    all.removeAll(gone);
    all.forEach(source -> known.remove(source.place()));
    for (Place place : known) {
      boolean replaces =
          gone.stream().anyMatch(source -> source.place().storage().equals(place.storage()));
      long from = replaces ? standing(place, true) : 0;
      all.add(new Source(place, filter, from));
    }
    return gone;
  }

  private long standing(Place place, boolean consistent) {
    PartitionFeed feed = acquire(place);
    try {
      return feed.standsAt(consistent);
    } finally {
      release(feed);
    }
  }

  /** The feed of a partition, which has to be released. */
  PartitionFeed acquire(Place place) {
    List<Partition> partitions = place.storage().partitions();
    if (place.number() >= partitions.size()
        || place(place.storage(), partitions.get(place.number())).set() != place.set()) {
      throw new NotServedException(
          "The partitions of these documents are not here: "
              + String.join("; ", place.storage().obstacles()));
    }
    return feeds.acquire(partitions.get(place.number()));
  }

  /** Whether any document matches now. Blocks. */
  boolean hasCurrent() throws IOException {
    for (Source source : all) {
      PartitionFeed feed = acquire(source.place());
      try (PartitionFeed.Matches matches = feed.current(filter, source.position())) {
        if (matches.next() != null) {
          return true;
        }
      } finally {
        release(feed);
      }
    }
    return false;
  }

  void release(@Nullable PartitionFeed feed) {
    feeds.release(feed);
  }

  /** Up to where the client has heard. */
  ResumeToken token() {
    ResumeToken.Builder token = new ResumeToken.Builder();
    all.forEach(
        source -> token.add(source.place().set(), source.place().number(), source.position()));
    return token.build();
  }
}
