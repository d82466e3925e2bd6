// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;

/**
 * Answers with the description of a host's API in Swagger 2.0, for clients of Xenon. It says the
 * same as {@link OpenApiService}, as far as Swagger has words for it.
 */
@Needs(read = Access.KNOWN, write = Access.GRANTED)
public final class SwaggerService extends StatelessService {
  private final ApiDocuments documents;

  public SwaggerService(ApiDocuments documents) {
    this.documents = documents;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    documents.answerHost(
        get, String.valueOf(getSelfLink()), tree -> new SwaggerDocument(tree).written());
  }
}
