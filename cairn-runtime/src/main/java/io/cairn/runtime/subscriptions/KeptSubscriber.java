// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.document.DocumentKind;
import io.cairn.runtime.security.SubjectText;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import org.jspecify.annotations.Nullable;

/** A subscription as it is stored: what was asked for, and how far it has come. */
@DocumentKind(KeptSubscriber.KIND)
public final class KeptSubscriber extends ServiceSubscriber {
  /** The kind of these documents. */
  public static final String KIND = "io:cairn:runtime:subscriptions:KeptSubscriber";

  /** The link of the document or factory whose changes are told. */
  public String publisherLink = "";

  /** Whether the publisher is a factory, which tells of new children. */
  public boolean ofChildren;

  /** Who has subscribed, with what limits it; absent if the link of its user says all. */
  public @Nullable String subject;

  /** The resume token behind what was told. */
  public @Nullable String position;

  /** The version of the document that was told last; absent for a factory. */
  public @Nullable Long toldVersion;

  /** Whether the state as it is was asked for and was not told yet. */
  public boolean replayDue;

  /** What was left out, which the next notification says; absent if nothing was. */
  public @Nullable String skipped;

  /** On whose behalf it is told; null if nobody was asked to prove it. */
  @Nullable AuthorizationContext subject() {
    if (subject != null) {
      return SubjectText.read(subject);
    }
    String link = documentAuthPrincipalLink;
    return link == null ? null : AuthorizationContext.ofSubject(link);
  }

  /** The same subscription as another object. */
  KeptSubscriber copy() {
    KeptSubscriber copy = new KeptSubscriber();
    copyTo(copy);
    copyTerms(this, copy);
    copy.notificationCount = notificationCount;
    copy.failedNotificationCount = failedNotificationCount;
    copy.initialFailedNotificationTimeMicros = initialFailedNotificationTimeMicros;
    copy.publisherLink = publisherLink;
    copy.subject = subject;
    copy.ofChildren = ofChildren;
    copy.position = position;
    copy.toldVersion = toldVersion;
    copy.replayDue = replayDue;
    copy.skipped = skipped;
    return copy;
  }

  /** Takes over what a client has asked for. */
  static void copyTerms(ServiceSubscriber from, ServiceSubscriber to) {
    to.reference = from.reference;
    to.replayState = from.replayState;
    to.usePublicUri = from.usePublicUri;
    to.notificationLimit = from.notificationLimit;
    to.documentExpirationTimeMicros = from.documentExpirationTimeMicros;
    to.documentUpdateTimeMicros = from.documentUpdateTimeMicros;
  }
}
