// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.security.SubjectText;
import io.cairn.runtime.utility.SubscriberSet;
import io.cairn.service.Operation;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** The subscribers of one service, as the node that owns it knows them. Thread-safe. */
final class KeptSet implements SubscriberSet {

  private final KeptSubscriptions all;
  private final PartitionedStorage documents;
  private final String publisher;
  private final boolean ofChildren;

  KeptSet(
      KeptSubscriptions all, PartitionedStorage documents, String publisher, boolean ofChildren) {
    this.all = all;
    this.documents = documents;
    this.publisher = publisher;
    this.ofChildren = ofChildren;
  }

  @Override
  public CompletionStage<Boolean> add(ServiceSubscriber subscriber, Operation subscribe) {
    KeptSubscriber wanted = new KeptSubscriber();
    KeptSubscriber.copyTerms(subscriber, wanted);
    wanted.publisherLink = publisher;
    wanted.ofChildren = ofChildren;
    wanted.replayDue = subscriber.replayState;
    wanted.notificationCount = 0L;
    AuthorizationContext subject = subscribe.getAuthorizationContext();
    wanted.documentAuthPrincipalLink = subject == null ? null : subject.subjectLink();
    wanted.subject = SubjectText.of(subject);
    return all.known(documents, publisher)
        .thenApplyAsync(_ -> all.add(documents, wanted), all.handlers());
  }

  @Override
  public CompletionStage<Boolean> remove(URI target) {
    return all.known(documents, publisher)
        .thenApplyAsync(_ -> all.remove(documents, publisher, target), all.handlers());
  }

  @Override
  public CompletionStage<Map<URI, ServiceSubscriber>> describe() {
    return all.known(documents, publisher)
        .thenApply(
            _ -> {
              Map<URI, ServiceSubscriber> shown = new TreeMap<>();
              for (KeptDelivery delivery : all.tellingOf(publisher)) {
                shown.put(delivery.reference(), delivery.describe());
              }
              return shown;
            });
  }
}
