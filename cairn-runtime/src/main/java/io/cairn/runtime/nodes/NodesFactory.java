// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Lists what a host has of one kind as a factory lists its children. */
abstract class NodesFactory extends StatelessService {

  private final HostClock clock;

  NodesFactory(Class<? extends ServiceDocument> stateType, HostClock clock) {
    super(stateType);
    this.clock = clock;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.FACTORY, true);
  }

  /** The links of what is listed, sorted. */
  abstract Set<String> links();

  /** The states of what is listed, by link, sorted; they cost more than the links do. */
  abstract Map<String, ? extends ServiceDocument> states();

  @Override
  public void handleGet(Operation get) {
    long begun = clock.nanos();
    ServiceDocumentQueryResult result = new ServiceDocumentQueryResult();
    if (ODataQuery.isExpand(UriUtils.parseUriQueryParams(get.getUri()).keySet())) {
      result.documents = new LinkedHashMap<>(states());
      result.documentLinks.addAll(result.documents.keySet());
    } else {
      result.documentLinks.addAll(links());
    }
    result.documentCount = (long) result.documentLinks.size();
    result.documentOwner = getHost().getId();
    result.queryTimeMicros = Math.max(1, clock.microsSince(begun));
    get.setBodyNoCloning(result).complete();
  }
}
