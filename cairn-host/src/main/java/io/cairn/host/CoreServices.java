// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.host.query.DocumentIndexService;
import io.cairn.host.query.IndexQueries;
import io.cairn.host.query.ODataQueryService;
import io.cairn.host.query.QueryPageService;
import io.cairn.host.query.QueryTaskFactory;
import io.cairn.host.query.Searched;
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
