// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One message to a subscriber. The body is shared by all subscribers and never changed.
 *
 * @param action the verb
 * @param body JSON text or bytes, null for none
 * @param contentType media type of the body, null for JSON
 * @param purpose why it is sent
 * @param trail by how many notifications, one after the other, it was caused
 */
public record Notification(
    Action action,
    @Nullable Object body,
    @Nullable String contentType,
    Purpose purpose,
    Trail trail) {

  /**
   * The longest chain of notifications. Longer ones are taken to go in a circle, in which each
   * would cause the next for ever.
   */
  public static final int DEEPEST = 8;

  /** Why a message is sent. */
  public enum Purpose {
    /** The publisher changed; counts towards the subscriber's limit. */
    UPDATE,
    /** The state at the time of the subscription. */
    REPLAY,
    /** The publisher has dropped the subscriber. */
    GOODBYE
  }

  /**
   * A chain of notifications.
   *
   * @param depth how many there were on this host
   * @param others what other hosts say of theirs, each behind a comma; not for this host to read
   */
  public record Trail(int depth, String others) {
    /** A notification that no other has caused. */
    public static final Trail FIRST = new Trail(1, "");

    /** What led to a notification of a change. */
    public static Trail behind(Operation change) {
      String told = change.getRequestHeader(Operation.NOTIFICATION_DEPTH_HEADER);
      if (told == null || !change.isNotification()) {
        return FIRST;
      }
      int comma = told.indexOf(',');
      String depth = comma < 0 ? told : told.substring(0, comma);
      try {
        return new Trail(
            Math.max(0, Integer.parseInt(depth)) + 1, comma < 0 ? "" : told.substring(comma));
      } catch (NumberFormatException e) {
        return new Trail(DEEPEST + 1, ""); // a service of this host made it up
      }
    }

    /** The value of the header. */
    String header() {
      return depth + others;
    }
  }

  /** Tells a subscriber that it is one no longer. */
  public static Notification goodbye() {
    return new Notification(Action.DELETE, null, null, Purpose.GOODBYE, Trail.FIRST);
  }

  /** Whether a change asks not to be told to anybody. */
  public static boolean isSilent(Operation change) {
    return change.isNotificationDisabled()
        || change.getStatusCode() == Operation.STATUS_CODE_NOT_MODIFIED
        || change.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
  }

  /**
   * The request that carries this to a subscriber.
   *
   * @param afterGap whether the subscriber may have missed something before
   */
  public Operation to(URI target, URI publisher, boolean afterGap) {
    Operation op =
        Operation.createGet(target)
            .setAction(action)
            .setBodyNoCloning(body)
            .setContentType(contentType)
            .setReferer(publisher)
            .setTransactionId(null)
            .disableFailureLogging(true);
    if (purpose == Purpose.GOODBYE) {
      return op.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_SUBSCRIPTION_ENDED);
    }
    op.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_NOTIFICATION);
    op.addRequestHeader(Operation.NOTIFICATION_DEPTH_HEADER, trail.header());
    if (afterGap) {
      op.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS);
    }
    return op;
  }
}
