/**
 * Functions that Trino has and this dialect has not. They are told apart from names that do not exist at all.
 */
export const MISSING: ReadonlySet<string> = new Set(
  (
    "color version merge quantile_at_value value_at_quantile " +
    "approx_most_frequent approx_set bar beta_cdf bing_tile checksum contains_sequence " +
    "empty_approx_set entropy " +
    "evaluate_classifier_predictions from_encoded_polyline " +
    "from_iso8601_timestamp_nanos great_circle_distance hash_counts " +
    "intersection_cardinality inverse_beta_cdf " +
    "inverse_normal_cdf jaccard_index " +
    "learn_classifier luhn_check make_set_digest map_union " +
    "merge_set_digest murmur3 normal_cdf numeric_histogram " +
    "qdigest_agg reduce_agg regr_avgx regr_avgy regr_count regr_r2 render rgb " +
    "simplify_geometry spooky_hash_v2_32 spooky_hash_v2_64 " +
    "st_area st_contains st_distance st_geometryfromtext st_point tdigest_agg " +
    "to_char to_date to_geometry " +
    "to_timestamp " +
    "value_at_quantile values_at_quantiles wilson_interval_lower " +
    "wilson_interval_upper word_stem " +
    "bitwise_xor_agg"
  ).split(" "),
);
