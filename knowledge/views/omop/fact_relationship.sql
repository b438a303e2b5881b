-- title: OMOP fact relationship
-- description: No rows: rows are not related to each other here. It is there because tools of OHDSI ask for it.
-- column: domain_concept_id_1 INTEGER required Domain concept id 1
-- column: fact_id_1 BIGINT required Number of the one row
-- column: domain_concept_id_2 INTEGER required Domain concept id 2
-- column: fact_id_2 BIGINT required Number of the other row
-- column: relationship_concept_id INTEGER required Standard concept of the relationship; 0 where the site's mapping has none
select null as domain_concept_id_1, null as fact_id_1, null as domain_concept_id_2, null as fact_id_2, null as relationship_concept_id
where false
