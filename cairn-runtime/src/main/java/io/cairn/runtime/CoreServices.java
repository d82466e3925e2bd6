// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.runtime.dispatch.RootNamespaceService;
import io.cairn.runtime.documents.DocumentHome;
import io.cairn.runtime.query.DocumentIndexService;
import io.cairn.runtime.query.IndexQueries;
import io.cairn.runtime.query.ODataQueryService;
import io.cairn.runtime.query.QueryPageService;
import io.cairn.runtime.query.QueryTaskFactory;
import io.cairn.runtime.query.Searched;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.DocumentVersion;
import org.jspecify.annotations.Nullable;

/** The services that every host has. */
final class CoreServices {

  private CoreServices() {}

  static void start(ServiceHost host, HostParts parts) {
    host.startAndAwait(new ServiceHostManagementService(parts.remoteStop(), parts.queries()::pagedCount), ServiceHostManagementService.SELF_LINK);
    host.startAndAwait(new RootNamespaceService(parts.registry()), RootNamespaceService.SELF_LINK);
    parts.nodes().start();
    Searched searched = new Searched(
            parts.home()::current,
            new QueryReach(parts.selectors(), parts.registry())::check,
            parts.home()::isForming);
    IndexQueries queries = IndexQueries.consistent(parts.queries(), searched);
    IndexQueries local =
        IndexQueries.local(parts.queries(), parts.home()::asItIs, parts.home()::replicaState);
    host.startAndAwait(
        new QueryTaskFactory(
            queries,
            parts.continuous(),
            post ->
                parts
                    .dispatcher()
                    .dispatch(
                        post.setUri(
                            UriUtils.buildUri(host, ServiceUriPaths.CORE_LOCAL_QUERY_TASKS)))),
        ServiceUriPaths.CORE_QUERY_TASKS);
    host.startAndAwait(
        new QueryTaskFactory(local, parts.continuous(), null),
        ServiceUriPaths.CORE_LOCAL_QUERY_TASKS);
    host.startAndAwait(
        new QueryPageService(parts.queries(), parts::toNode), ServiceUriPaths.CORE_QUERY_PAGE);
    host.startAndAwait(
        new QueryPageService(parts.queries(), parts::toNode),
        ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING);
    host.startAndAwait(new ODataQueryService(queries, local), ServiceUriPaths.ODATA_QUERIES);
    host.startAndAwait(
        new DocumentIndexService(queries, local, lookup(parts.home())),
        ServiceUriPaths.CORE_DOCUMENT_INDEX);
  }

  private static DocumentIndexService.Lookup lookup(DocumentHome home) {
    return new DocumentIndexService.Lookup() {
      @Override
      public @Nullable DocumentVersion latest(String link) {
        return home.known(link, false);
      }

      @Override
      public @Nullable DocumentVersion version(String link, long version) {
        return home.version(link, version);
      }
    };
  }
}
