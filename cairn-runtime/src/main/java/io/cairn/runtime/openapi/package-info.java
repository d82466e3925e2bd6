// SPDX-License-Identifier: Apache-2.0
/**
 * Documents that describe the API of a host: OpenAPI 3.1, Swagger 2.0, and a page that shows them.
 */
@NullMarked
package io.cairn.runtime.openapi;

import org.jspecify.annotations.NullMarked;
