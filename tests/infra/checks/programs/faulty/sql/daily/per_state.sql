{% from "macros/sums.sql" import tons_by %}
{{ tons_by("state", table("readings"), exec_date) }}
