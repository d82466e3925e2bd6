// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a client wants to watch.
 *
 * @param current whether it wants the present matches first
 * @param token where it goes on; null if it begins
 * @param consistent whether it begins behind everything that was acknowledged before
 * @param bookmarks how often its token is moved on while nothing happens
 * @param room for what waits for it
 */
record WatchRequest(
    boolean current,
    @Nullable ResumeToken token,
    boolean consistent,
    Duration bookmarks,
    Room room) {

  /** How many changes may wait for a client, and how many bytes of them. */
  record Room(int changes, long bytes) {
    /** For a client with a connection of its own. */
    static final Room OF_CLIENT = new Room(1_024, 4 << 20);

    /** For a subscriber, of which there may be many: what waits is mostly the hub's too. */
    static final Room OF_SUBSCRIBER = new Room(64, 256 << 10);
  }

  /** Asks for the present matches. */
  static final String CURRENT = "current";

  /** How often the token is moved on, in seconds. */
  static final String BOOKMARKS = "bookmarks";

  /** In place of the header, for clients that cannot set it. */
  static final String LAST_EVENT_ID = "lastEventId";

  private static final String LAST_EVENT_ID_HEADER = "last-event-id";
  private static final int USUAL_SECONDS = 15;
  private static final int MAX_SECONDS = 3600;
  private static final Duration BETWEEN_SUBSCRIBERS = Duration.ofMinutes(1);

  private static final List<String> MEANINGLESS =
      List.of(
          ODataQuery.APPLY,
          ODataQuery.ORDER_BY,
          ODataQuery.ORDER_BY_TYPE,
          ODataQuery.TOP,
          ODataQuery.LIMIT,
          ODataQuery.SKIP,
          ODataQuery.COUNT,
          ODataQuery.SELECT);

  /** Whether a GET asks for a feed, and its client can have one. */
  static boolean isOne(Operation op) {
    String accept = op.getRequestHeader(Operation.ACCEPT_HEADER);
    return accept != null
        && accept.contains(Operation.MEDIA_TYPE_TEXT_EVENT_STREAM)
        && op.canStream();
  }

  /**
   * Reads what a GET says.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static WatchRequest of(Operation get) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(get.getUri());
    for (String name : MEANINGLESS) {
      if (parameters.containsKey(name)) {
        throw new IllegalArgumentException(
            name
                + " means nothing in a feed, which has whole documents in the order of their changes: leave it out");
      }
    }
    String id = get.getRequestHeader(LAST_EVENT_ID_HEADER);
    if (id == null || id.isEmpty()) {
      id = parameters.get(LAST_EVENT_ID);
    }
    return new WatchRequest(
        ODataQuery.flag(parameters, CURRENT),
        id == null || id.isEmpty() ? null : ResumeToken.parse(id),
        !ReplicaReads.isWanted(get),
        Duration.ofSeconds(seconds(parameters.get(BOOKMARKS))),
        Room.OF_CLIENT);
  }

  /**
   * The request of a consumer whose feed remembers where it was.
   *
   * @param confirmed the token that it has confirmed; null if it has none: it begins with what
   *     there is
   */
  WatchRequest goingOnFrom(@Nullable String confirmed) {
    ResumeToken from = token == null && confirmed != null ? ResumeToken.parse(confirmed) : token;
    return new WatchRequest(from == null, from, consistent, bookmarks, room);
  }

  /**
   * The request of a subscriber that this node tells of changes.
   *
   * @param token where it goes on; null if it begins
   */
  static WatchRequest ofSubscriber(boolean current, @Nullable String token) {
    ResumeToken from = token == null ? null : ResumeToken.parse(token);
    return new WatchRequest(current, from, true, BETWEEN_SUBSCRIBERS, Room.OF_SUBSCRIBER);
  }

  /**
   * The request of a query that this node tells of changes.
   *
   * @param current whether it wants the present matches first
   */
  static WatchRequest ofQuery(boolean current) {
    return new WatchRequest(current, null, true, BETWEEN_SUBSCRIBERS, Room.OF_CLIENT);
  }

  /** Whether the patterns of a request may look at any number of values. */
  static boolean allowsScans(Operation op) {
    return ODataQuery.flag(UriUtils.parseUriQueryParams(op.getUri()), ODataQuery.ALLOW_SCAN);
  }

  private static int seconds(@Nullable String text) {
    if (text == null) {
      return USUAL_SECONDS;
    }
    try {
      int seconds = Integer.parseInt(text.strip());
      if (seconds >= 1 && seconds <= MAX_SECONDS) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of range.
    }
    throw new IllegalArgumentException(
        "%s must be a whole number of seconds from 1 to %d, not '%s'"
            .formatted(BOOKMARKS, MAX_SECONDS, text));
  }
}
