// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.runtime.bulk.BulkCalls;
import io.cairn.runtime.bulk.BulkFactory;
import io.cairn.runtime.bulk.BulkRoutes;
import io.cairn.runtime.bulk.BulkTaskService;
import io.cairn.runtime.dispatch.OperationSender;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.query.FactoryListing;
import io.cairn.runtime.stateful.EntityTags;
import io.cairn.service.ServiceHost;
import io.cairn.service.uri.ServiceUriPaths;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a host offers about many documents at a time. Thread-safe. */
final class HostBulk implements BulkRoutes.Documents {

  private final ServiceRegistry registry;
  private final FactoryListing listing;

  private HostBulk(ServiceRegistry registry, FactoryListing listing) {
    this.registry = registry;
    this.listing = listing;
  }

  /** Starts its services. Returns when they are. */
  static void start(
      ServiceHost host, HostServices services, HostQueries queries, OperationSender sender) {
    HostBulk bulk = new HostBulk(services.registry(), queries.listing());
    BulkCalls calls =
        new BulkCalls(
            host,
            op ->
                sender.deliver(
                    op, inbound -> services.dispatcher().dispatch(inbound.forceRemote())));
    services.dispatcher().declare(ServiceUriPaths.CORE_BULK, BulkRoutes.class);
    host.startAndAwait(new BulkRoutes(calls, bulk).service(), ServiceUriPaths.CORE_BULK);
    host.startAndAwait(
        BulkTaskService.createFactory(calls, bulk::factory, EntityTags::of),
        ServiceUriPaths.CORE_BULK_TASKS);
  }

  @Override
  public @Nullable BulkFactory factory(String link) {
    return registry.find(link) instanceof ServiceRegistry.Factory(_, _, var children)
        ? new BulkFactory(
            link,
            children.model().kind(),
            children.model().description(),
            children.model().stateType(),
            children.documents() instanceof PartitionedStorage)
        : null;
  }

  @Override
  public Collection<String> factories() {
    return registry.all().stream()
        .filter(ServiceRegistry.Factory.class::isInstance)
        .map(ServiceRegistry.Entry::link)
        .toList();
  }

  @Override
  public void visit(
      String factory,
      Map<String, String> parameters,
      String after,
      BooleanSupplier gone,
      BulkRoutes.Visitor visitor)
      throws IOException {
    if (registry.find(factory) instanceof ServiceRegistry.Factory started) {
      listing.visit(started.service(), started.children(), parameters, after, gone, visitor::visit);
    }
  }
}
