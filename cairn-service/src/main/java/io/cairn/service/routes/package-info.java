// SPDX-License-Identifier: Apache-2.0
/**
 * Paths with parameters that compute their answers: what they take, which forms of an answer they
 * offer, and who handles them.
 */
@NullMarked
package io.cairn.service.routes;

import org.jspecify.annotations.NullMarked;
