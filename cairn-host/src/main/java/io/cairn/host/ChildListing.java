// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.host.dispatch.ServiceRegistry;
import io.cairn.host.stateful.StatefulServices;
import io.cairn.store.DocumentVersion;

/** Answers a GET of a factory: the links of its children, and their documents if asked for. */
final class ChildListing {

  private final ServiceHost host;
  private final DocumentHome home;
  private final StatefulServices stateful;
  private final ServiceRegistry registry;

  ChildListing(
      ServiceHost host, DocumentHome home, StatefulServices stateful, ServiceRegistry registry) {
    this.host = host;
    this.home = home;
    this.stateful = stateful;
    this.registry = registry;
  }

  void list(FactoryService factory, Operation get) {
    long begun = System.nanoTime();
    ServiceDocumentQueryResult result = new ServiceDocumentQueryResult();
    for (DocumentVersion child : stateful.volatileDocuments(factory.getSelfLink() + "/")) {
      result.documentLinks.add(child.link());
    }
    result.documentCount = (long) result.documentLinks.size();
    result.queryTimeMicros = (System.nanoTime() - begun) / 1000;
    result.documentOwner = host.getId();
    get.setBodyNoCloning(result).complete();
  }
}
