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

/** Lists what a host has of one kind as a factory lists its children. */
abstract class NodesFactory extends StatelessService {

  private final HostClock clock;

  NodesFactory(Class<? extends ServiceDocument> stateType, HostClock clock) {
    super(stateType);
    this.clock = clock;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.FACTORY, true);
  }

  /** The states of what is listed, by link, sorted. */
  abstract Map<String, ? extends ServiceDocument> states();

  @Override
  public void handleGet(Operation get) {
    long begun = clock.nanos();
    Map<String, ? extends ServiceDocument> states = states();
    ServiceDocumentQueryResult result = new ServiceDocumentQueryResult();
    result.documentLinks.addAll(states.keySet());
    result.documentCount = (long) states.size();
    if (ODataQuery.isExpand(UriUtils.parseUriQueryParams(get.getUri()).keySet())) {
      result.documents = new LinkedHashMap<>(states);
    }
    result.documentOwner = getHost().getId();
    result.queryTimeMicros = Math.max(1, clock.microsSince(begun));
    get.setBodyNoCloning(result).complete();
  }
}
